import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { describe, test } from "node:test";
import { projectRoot } from "../../../support/projectRoot";

const folder = path.join(projectRoot, "src/router/services");
const callsFactory = /\bopenAiCompatible\(/;

describe("an OpenAI-compatible service is at most 60 lines", () => {
  const files = readdirSync(folder).filter((file) => file.endsWith(".ts") && file !== "openAiCompatible.ts");
  const texts = files.map((file) => [file, readFileSync(path.join(folder, file), "utf8")] as const);
  const services = texts.filter(([, text]) => callsFactory.test(text));

  test("among them those with the user's own key", () => {
    const names = services.map(([file]) => file);
    for (const file of ["custom.ts", "groq.ts", "mistral.ts"]) assert.ok(names.includes(file), file);
  });
  for (const [file, text] of services)
    if (["custom.ts", "groq.ts", "mistral.ts"].includes(file))
      test(file, () => assert.ok(text.trimEnd().split("\n").length <= 60));

  test("with the ids of models only in data", () => {
    const data = JSON.parse(readFileSync(path.join(folder, "groqCapabilities.json"), "utf8")) as Record<
      string,
      unknown
    >;
    assert.match(String(data["date"]), /^\d{4}-\d{2}-\d{2}$/);
    assert.match(String(data["source"]), /models\.dev.*MIT/);
    for (const id of Object.keys(data["models"] as object))
      for (const [file, text] of texts) assert.ok(!text.includes(id), `${file} names ${id}`);
  });
});
