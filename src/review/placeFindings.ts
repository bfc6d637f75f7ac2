import * as vscode from "vscode";
import type { Repository } from "../context/git";
import { findingKey } from "./compareReviews";
import type { PlacedFinding } from "./findingThreads";
import { locateLine } from "./locateLine";
import type { ReviewedFinding, ReviewOutcome } from "./reviewOutcome";
import { fileUri } from "./reviewSource";

/** Finds the lines in the files as they are now. Leaves out findings whose code is not there any more. */
export async function placeFindings(
  { findings, comparison }: ReviewOutcome,
  repository: Repository,
): Promise<PlacedFinding[]> {
  const placed = await Promise.all(
    findings.map(async (finding): Promise<PlacedFinding[]> => {
      const uri = fileUri(repository, finding.file.path);
      const line = await currentLine(finding, uri);
      if (line === undefined) return [];
      return [
        {
          ...{ finding, uri, line, repository: repository.rootUri.toString() },
          isNew: comparison?.added.has(findingKey(finding)),
        },
      ];
    }),
  );
  return placed.flat();
}

/** The zero-based line of the finding's code in the document, unsaved edits included. */
export async function currentLine({ file, line }: ReviewedFinding, uri: vscode.Uri): Promise<number | undefined> {
  try {
    const document = await vscode.workspace.openTextDocument(uri);
    const lines = Array.from({ length: document.lineCount }, (_, index) => document.lineAt(index).text);
    const found = locateLine(file, line, lines);
    return found === undefined ? undefined : found - 1;
  } catch {
    return undefined; // The file is gone, or it is binary for VS Code.
  }
}
