import { writeFileSync } from "node:fs";
import path from "node:path";
import { readTexts } from "./manifest";
import { projectRoot } from "./projectRoot";
import { sourceWords } from "./sourceWords";

/** The languages that the extension speaks besides English. */
const languages = ["de"];

function write(file: string, texts: Record<string, string>): void {
  writeFileSync(path.join(projectRoot, file), `${JSON.stringify(texts, undefined, 2)}\n`);
}

/** `npm run l10n`: writes what the code says into l10n/, drops from the translations what it no longer says, and tells what they lack. */
function main(): void {
  const { words } = sourceWords();
  write("l10n/bundle.l10n.json", Object.fromEntries(words.map(({ text }) => [text, text])));
  for (const language of languages) {
    const file = `l10n/bundle.l10n.${language}.json`;
    const present = readTexts(file);
    const kept = words.flatMap(({ text }): [string, string][] => {
      const translation = present[text];
      return translation === undefined ? [] : [[text, translation]];
    });
    write(file, Object.fromEntries(kept));
    const missing = words.filter(({ text }) => !(text in present));
    for (const { text, place } of missing) console.log(`${language} lacks, from ${place}: ${JSON.stringify(text)}`);
    console.log(`${file}: ${kept.length} texts, ${missing.length} missing`);
  }
}

main();
