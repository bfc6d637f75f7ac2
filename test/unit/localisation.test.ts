import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { readManifest, readTexts } from "../support/manifest";
import { sourceWords } from "../support/sourceWords";

const { words, unexternalised } = sourceWords();

/** Names are the same everywhere. */
const names = new Set(["Free Models", "Free Models Router"]);

/** What a translation has to keep: places for values, icons, links, code and references to settings. */
function marks(text: string): string[] {
  return (text.match(/\{\d+\}|\$\([\w~-]+\)|\(command:[^)]*\)|\(https:[^)]*\)|`[^`]+`/g) ?? []).sort();
}

function assertTranslation(english: Record<string, string>, translated: Record<string, string>): void {
  assert.deepEqual(
    Object.keys(english).filter((key) => !translated[key]?.trim()),
    [],
    "not translated (npm run l10n lists where they stand)",
  );
  assert.deepEqual(
    Object.keys(translated).filter((key) => !(key in english)),
    [],
    "translated, but said nowhere (npm run l10n removes them)",
  );
  for (const [key, text] of Object.entries(english)) assert.deepEqual(marks(translated[key] ?? ""), marks(text), key);
}

/** Whether it is a translation at all: most of its texts are other ones, all long ones are. */
function assertTranslated(english: Record<string, string>, translated: Record<string, string>): void {
  const same = Object.keys(english).filter((key) => english[key] === translated[key]);
  assert.deepEqual(
    same.filter((key) => (english[key]?.split(" ").length ?? 0) > 4),
    [],
  );
  assert.ok(same.length < Object.keys(english).length / 10, `the same in both languages: ${same.join(", ")}`);
}

describe("What the code says", () => {
  it("is found", () => {
    assert.ok(words.length > 400, `only ${words.length} texts`);
  });

  it("goes through l10n, all of it", () => {
    assert.deepEqual(
      unexternalised.map(({ text, place }) => `${place}: ${text}`),
      [],
    );
  });

  it("is what l10n/bundle.l10n.json offers to translators", () => {
    const bundle = readTexts("l10n/bundle.l10n.json");
    assert.deepEqual(Object.keys(bundle).sort(), words.map(({ text }) => text).sort(), "run npm run l10n");
  });

  it("is said in German too, completely and with every placeholder", () => {
    const english = Object.fromEntries(words.map(({ text }) => [text, text]));
    const german = readTexts("l10n/bundle.l10n.de.json");
    assertTranslation(english, german);
    assertTranslated(english, german);
  });
});

describe("What package.json says", () => {
  const english = readTexts("package.nls.json");

  it("stands in package.nls.json, all of it", () => {
    const shown = new Set(["title", "name", "description", "markdownDescription", "altText", "label", "category"]);
    const lists = new Set(["enumItemLabels", "markdownEnumDescriptions", "enumDescriptions"]);
    const found: string[] = [];
    const look = (value: unknown, path: string): void => {
      if (typeof value !== "object" || value === null) return;
      for (const [key, each] of Object.entries(value)) {
        const here = `${path}.${key}`;
        const isShown = shown.has(key) || (Array.isArray(value) && lists.has(path.split(".").at(-1) ?? ""));
        if (typeof each === "string" && isShown && !/^%.+%$/.test(each) && !names.has(each))
          found.push(`${here}: ${each}`);
        look(each, here);
      }
    };
    const manifest = readManifest();
    assert.ok(
      typeof manifest === "object" && manifest !== null && "contributes" in manifest && "capabilities" in manifest,
    );
    look(manifest.contributes, "contributes");
    look(manifest.capabilities, "capabilities");
    assert.deepEqual(found, [], "give each a key in package.nls.json");
  });

  it("has a text for every key, and no text without one", () => {
    const used = JSON.stringify(readManifest()).match(/(?<="%)[\w.]+(?=%")/g) ?? [];
    assert.deepEqual([...new Set(used)].sort(), Object.keys(english).sort());
  });

  it("is said in German too, completely, with its links and settings", () => {
    const german = readTexts("package.nls.de.json");
    assertTranslation(english, german);
    assertTranslated(english, german);
  });
});
