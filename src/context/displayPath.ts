import * as vscode from "vscode";
import { visibleName } from "../visibleText";

/** The path of a file for the UI: relative to its workspace folder, with the name of that folder if there are several. */
export function displayPath(uri: vscode.Uri): string {
  return visibleName(vscode.workspace.asRelativePath(uri));
}
