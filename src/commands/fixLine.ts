import * as vscode from "vscode";
import { showWarning } from "../notifications";
import { readOnlyReason } from "../proposals/readOnly";
import { codeAround } from "./codeAround";
import type { CommandDependencies } from "./commandDependencies";
import { requestEdit } from "./editSelection";

export interface LineToFix {
  readonly uri: vscode.Uri;
  /** Zero-based. */
  readonly line: number;
  readonly instruction: string;
}

/** Requests an edit of the code around a line and shows it as a diff. */
export async function fixLine({ uri, line, instruction }: LineToFix, dependencies: CommandDependencies): Promise<void> {
  const document = await vscode.workspace.openTextDocument(uri);
  const reason = await readOnlyReason(document);
  if (reason !== undefined) {
    void showWarning(reason);
    return;
  }
  const lines = await codeAround(document, document.lineAt(line).range);
  await requestEdit({ document, lines, instruction }, dependencies);
}
