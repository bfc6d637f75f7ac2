import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import path from "node:path";
import { describe, test } from "node:test";
import { Ajv } from "ajv";
import { createSbom } from "../../../release/sbom.mts";
import { projectRoot } from "../../support/projectRoot";

const extension = { name: "free-models-router", publisher: "free-models", version: "0.2.0", license: "MIT" };
const packages = [
  { name: "@scope/plain", version: "1.2.3", license: "ISC", repository: "github:scope/plain" },
  { name: "choice", version: "2.0.0-beta.1", license: "(MPL-2.0 OR Apache-2.0)", homepage: "https://example.com" },
  { name: "own-license", version: "3.0.0", license: "SEE LICENSE IN LICENSE.md" },
];

describe("the software bill of materials", () => {
  const text = createSbom(extension, packages, new Date("2026-11-29T12:00:00Z"));
  const sbom = JSON.parse(text) as Record<string, unknown>;

  test("is valid CycloneDX 1.6", () => {
    const ajv = new Ajv({ strict: false, validateFormats: false, allErrors: true });
    for (const name of ["spdx", "jsf-0.82", "cryptography-defs"])
      ajv.addSchema(readSchema(name), `http://cyclonedx.org/schema/${name}.SNAPSHOT.schema.json`);
    const validate = ajv.compile(readSchema("bom-1.6"));
    assert.ok(validate(sbom), JSON.stringify(validate.errors, undefined, 1));
  });

  test("names the extension, when it was made, and each package with its version, address and license", () => {
    const { metadata, components, dependencies } = sbom as {
      metadata: { timestamp: string; component: { purl: string } };
      components: { purl: string; licenses: unknown }[];
      dependencies: { ref: string; dependsOn?: string[] }[];
    };
    assert.equal(metadata.timestamp, "2026-11-29T12:00:00.000Z");
    assert.equal(metadata.component.purl, "pkg:vscode-extension/free-models/free-models-router@0.2.0");
    assert.deepEqual(
      components.map(({ purl, licenses }) => [purl, licenses]),
      [
        ["pkg:npm/%40scope/plain@1.2.3", [{ license: { id: "ISC" } }]],
        ["pkg:npm/choice@2.0.0-beta.1", [{ expression: "(MPL-2.0 OR Apache-2.0)" }]],
        ["pkg:npm/own-license@3.0.0", [{ license: { name: "SEE LICENSE IN LICENSE.md" } }]],
      ],
    );
    assert.deepEqual(dependencies.find(({ ref }) => ref === "free-models-router@0.2.0")?.dependsOn, [
      "@scope/plain@1.2.3",
      "choice@2.0.0-beta.1",
      "own-license@3.0.0",
    ]);
  });
});

/** A schema that comes with the library. */
function readSchema(name: string): object {
  const folder = path.join(projectRoot, "node_modules", "@cyclonedx", "cyclonedx-library", "res", "schema");
  return JSON.parse(readFileSync(path.join(folder, `${name}.SNAPSHOT.schema.json`), "utf8")) as object;
}
