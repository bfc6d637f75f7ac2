import { writeFileSync } from "node:fs";
import path from "node:path";
import { readTexts } from "./manifest";
import { projectRoot } from "./projectRoot";
import { collectSourceTexts } from "./sourceTexts";

/** The languages besides English. */
const languages = ["de"];

function write(file: string, texts: Record<string, string>): void {
  writeFileSync(path.join(projectRoot, file), `${JSON.stringify(texts, undefined, 2)}\n`);
}

/** `npm run l10n`: writes the UI strings to l10n/, removes unused translations, and lists missing ones. */
function main(): void {
  const { texts } = collectSourceTexts();
  write("l10n/bundle.l10n.json", Object.fromEntries(texts.map(({ text }) => [text, text])));
  for (const language of languages) {
    const file = `l10n/bundle.l10n.${language}.json`;
    const translations = readTexts(file);
    const used = texts.flatMap(({ text }): [string, string][] => {
      const translation = translations[text];
      return translation === undefined ? [] : [[text, translation]];
    });
    write(file, Object.fromEntries(used));
    const missing = texts.filter(({ text }) => !(text in translations));
    for (const { text, place } of missing)
      console.log(`missing in ${language}, used at ${place}: ${JSON.stringify(text)}`);
    console.log(`${file}: ${used.length} texts, ${missing.length} missing`);
  }
}

main();
