import * as vscode from "vscode";
import type { PromptText } from "./escapeMessage";

// Input boxes, where VS Code renders links and icons in the prompt and in validation messages.

export type InputBox = Omit<vscode.InputBox, "prompt" | "validationMessage"> & {
  prompt: PromptText | undefined;
  validationMessage: PromptText | { message: PromptText; severity: vscode.InputBoxValidationSeverity } | undefined;
};

export function createInputBox(): InputBox {
  return vscode.window.createInputBox() as InputBox;
}

export interface InputOptions {
  readonly title: string;
  /** The initial text. */
  readonly value?: string;
  readonly prompt?: PromptText;
  /** Why a text cannot be accepted; `undefined` if it can. */
  readonly validateInput?: (value: string) => PromptText | undefined;
}

/** The text that the user enters; `undefined` if they cancel. */
export function showInputBox(options: InputOptions): Thenable<string | undefined> {
  return vscode.window.showInputBox(options);
}
