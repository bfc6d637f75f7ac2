import * as vscode from "vscode";
import type { ResultPart } from "../../context/projectTools";
import { visibleName } from "../../visibleText";
import { referencesAt, symbolsNamed } from "../symbolLocations";
import { linesOf, linesPart, type FileLines } from "./fileText";
import { projectTool } from "./projectTool";
import { ofType, textParameter } from "./toolParameters";

/** Language services may still be starting. In milliseconds. */
const timeoutMs = 4_000;
const maxDefinitions = 3;
const definitionLines = 25;
const maxDefinitionLength = 3_000;
const maxReferenceFiles = 15;
const maxReferencesPerFile = 8;

/** Where a name is defined and used, by the language's own services. */
export const symbolTool = projectTool({
  name: "definition_and_references",
  purpose: "Finds where a function, class, variable or other name is defined and used.",
  properties: { name: ofType("string", "The name alone, such as: totalPrice") },
  required: ["name"],
  read: (given) => textParameter(given["name"], 200)?.trim() || undefined,
  label: (name) => vscode.l10n.t("Looked up “{0}”", visibleName(name)),
  async run(name) {
    const symbols = await symbolsNamed(name, timeoutMs);
    const definitions: ResultPart[] = [];
    const references: ResultPart[] = [];
    for (const { uri, range } of symbols.slice(0, maxDefinitions)) {
      const file = await linesOf(uri);
      if (!file) continue;
      const { line } = range.start;
      const part = linesPart(file, line, line + definitionLines, maxDefinitionLength);
      definitions.push({ ...part, heading: `defined in ${part.heading ?? file.path}` });
      if (references.length === 0) references.push(...(await referencesTo(name, file, range.start)));
    }
    const parts = [...definitions, ...references];
    return { parts: parts.length > 0 ? parts : [{ text: "The language services know no such name. Try search." }] };
  },
});

/** The lines with references, one part per file. */
async function referencesTo(name: string, file: FileLines, from: vscode.Position): Promise<ResultPart[]> {
  const locations = await referencesAt(file.uri, positionOf(name, file, from), timeoutMs);
  const byFile = Map.groupBy(locations, ({ uri }) => uri.toString());
  const parts: ResultPart[] = [];
  for (const [uri, inFile] of [...byFile].slice(0, maxReferenceFiles)) {
    const read = await linesOf(vscode.Uri.parse(uri));
    if (!read) continue;
    const lines = [...new Set(inFile.map(({ range }) => range.start.line))].sort((a, b) => a - b);
    const shown = lines.slice(0, maxReferencesPerFile);
    const more = lines.length > shown.length ? ` and ${lines.length - shown.length} more` : "";
    const heading = `used in ${read.path}, lines ${shown.map((line) => line + 1).join(", ")}${more}`;
    parts.push({ heading, text: shown.map((line) => (read.lines[line] ?? "").slice(0, 300)).join("\n"), uri });
  }
  return parts;
}

/** A symbol starts with its keywords; references are asked for at its name. */
function positionOf(name: string, { lines }: FileLines, from: vscode.Position): vscode.Position {
  const column = (lines[from.line] ?? "").indexOf(name, from.character);
  return column < 0 ? from : from.with({ character: column });
}
