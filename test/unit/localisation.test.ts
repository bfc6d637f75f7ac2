import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { readManifest, readTexts } from "../support/manifest";
import { collectSourceTexts } from "../support/sourceTexts";

const { texts, untranslated } = collectSourceTexts();

/** Product names are not translated. */
const productNames = new Set(["Free Models", "Free Models Router"]);

/** The parts that a translation must keep: placeholders, icons, links, code, and references to settings. */
function markup(text: string): string[] {
  return (text.match(/\{\d+\}|\$\([\w~-]+\)|\(command:[^)]*\)|\(https:[^)]*\)|`[^`]+`/g) ?? []).sort();
}

function assertTranslation(english: Record<string, string>, translated: Record<string, string>): void {
  assert.deepEqual(
    Object.keys(english).filter((key) => !translated[key]?.trim()),
    [],
    "not translated (npm run l10n lists where they are used)",
  );
  assert.deepEqual(
    Object.keys(translated).filter((key) => !(key in english)),
    [],
    "translated but not used (npm run l10n removes them)",
  );
  for (const [key, text] of Object.entries(english)) assert.deepEqual(markup(translated[key] ?? ""), markup(text), key);
}

/** Checks that the texts differ from English: all long ones, and at least nine of ten overall. */
function assertNotEnglish(english: Record<string, string>, translated: Record<string, string>): void {
  const identical = Object.keys(english).filter((key) => english[key] === translated[key]);
  assert.deepEqual(
    identical.filter((key) => (english[key]?.split(" ").length ?? 0) > 4),
    [],
  );
  assert.ok(
    identical.length < Object.keys(english).length / 10,
    `identical in both languages: ${identical.join(", ")}`,
  );
}

describe("UI strings in the source", () => {
  test("are found", () => {
    assert.ok(texts.length > 400, `only ${texts.length} texts`);
  });

  test("all go through l10n", () => {
    assert.deepEqual(
      untranslated.map(({ text, place }) => `${place}: ${text}`),
      [],
    );
  });

  test("are all in l10n/bundle.l10n.json", () => {
    const bundle = readTexts("l10n/bundle.l10n.json");
    assert.deepEqual(Object.keys(bundle).sort(), texts.map(({ text }) => text).sort(), "run npm run l10n");
  });

  test("are all translated to German, with every placeholder", () => {
    const english = Object.fromEntries(texts.map(({ text }) => [text, text]));
    const german = readTexts("l10n/bundle.l10n.de.json");
    assertTranslation(english, german);
    assertNotEnglish(english, german);
  });
});

describe("UI strings in package.json", () => {
  const english = readTexts("package.nls.json");

  test("are all in package.nls.json", () => {
    const visibleProperties = new Set([
      "title",
      "name",
      "description",
      "markdownDescription",
      "altText",
      "label",
      "category",
    ]);
    const visibleLists = new Set(["enumItemLabels", "markdownEnumDescriptions", "enumDescriptions"]);
    const found: string[] = [];
    const visit = (value: unknown, path: string): void => {
      if (typeof value !== "object" || value === null) return;
      for (const [key, each] of Object.entries(value)) {
        const childPath = `${path}.${key}`;
        const isVisible =
          visibleProperties.has(key) || (Array.isArray(value) && visibleLists.has(path.split(".").at(-1) ?? ""));
        if (typeof each === "string" && isVisible && !/^%.+%$/.test(each) && !productNames.has(each))
          found.push(`${childPath}: ${each}`);
        visit(each, childPath);
      }
    };
    const manifest = readManifest();
    assert.ok(
      typeof manifest === "object" && manifest !== null && "contributes" in manifest && "capabilities" in manifest,
    );
    visit(manifest.contributes, "contributes");
    visit(manifest.capabilities, "capabilities");
    assert.deepEqual(found, [], "give each text a key in package.nls.json");
  });

  test("have exactly one text per key", () => {
    const used = JSON.stringify(readManifest()).match(/(?<="%)[\w.]+(?=%")/g) ?? [];
    assert.deepEqual([...new Set(used)].sort(), Object.keys(english).sort());
  });

  test("are all translated to German, with links and settings", () => {
    const german = readTexts("package.nls.de.json");
    assertTranslation(english, german);
    assertNotEnglish(english, german);
  });
});
