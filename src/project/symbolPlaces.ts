import * as vscode from "vscode";
import { pathOf } from "./projectFiles";
import { queryTerms } from "./queryTerms";
import type { ChunkSymbol, SymbolPlace } from "./searchIndex";
import { selectedNames } from "./selectedNames";
import { definitionsAt, referencesAt, symbolsNamed } from "./symbolLocations";

/** How long language services may take to find a symbol. Milliseconds. */
const timeoutMs = 400;
/** How many names of a question are looked up. */
const maxNames = 3;
/** In how many files the uses of a selected name are looked at. */
const maxUsingFiles = 5;

/** Where the symbols are defined that the question names. */
export async function placesOfQuestion(question: string): Promise<SymbolPlace[]> {
  const names = queryTerms(question)
    .filter(({ isName }) => isName)
    .map(({ text }) => text)
    .slice(0, maxNames);
  const found = await Promise.all(
    names.map(async (name) => {
      const symbols = await symbolsNamed(name, timeoutMs);
      return symbols.map((location) => placeAt(location, { role: "defines", name }));
    }),
  );
  return found.flat();
}

/** Where the symbols are defined and used that are selected in the active editor. A cursor alone selects nothing: it is somewhere by chance. */
export async function placesOfSelection(): Promise<SymbolPlace[]> {
  const editor = vscode.window.activeTextEditor;
  if (!editor) return [];
  const { document, selection } = editor;
  const start = document.offsetAt(selection.start);
  const isSelected = ({ uri, range }: vscode.Location): boolean =>
    uri.toString() === document.uri.toString() && selection.contains(range.start);
  const found = await Promise.all(
    selectedNames(document.getText(selection)).map(async ({ name, offset }) => {
      const position = document.positionAt(start + offset);
      const [definitions, references] = await Promise.all([
        definitionsAt(document.uri, position, timeoutMs),
        referencesAt(document.uri, position, timeoutMs),
      ]);
      const uses = lastOfEachFile(references.filter((location) => !isSelected(location))).slice(0, maxUsingFiles);
      return [
        ...definitions.map((location) => placeAt(location, { role: "defines", name })),
        ...uses.map((location) => placeAt(location, { role: "uses", name })),
      ];
    }),
  );
  return found.flat();
}

/** The first use in a file is often only the import. */
function lastOfEachFile(locations: readonly vscode.Location[]): vscode.Location[] {
  return [...new Map(locations.map((location) => [location.uri.toString(), location])).values()];
}

function placeAt({ uri, range }: vscode.Location, symbol: ChunkSymbol): SymbolPlace {
  return { path: pathOf(uri), line: range.start.line, ...symbol };
}
