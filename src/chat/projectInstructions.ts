import * as vscode from "vscode";
import type { TextAttachment } from "../context/attachment";
import { attachInstructions, instructionFiles } from "../context/instructions";
import { findSecret } from "../context/secrets";

/**
 * What the workspace's AGENTS.md files ask of whoever works in it. None where the workspace is not trusted: they would speak to the model in
 * its author's name. One that seems to hold a key is not sent unasked either; `@` attaches it after a question.
 */
export async function projectInstructions(): Promise<TextAttachment[]> {
  if (!vscode.workspace.isTrusted) return [];
  const files = await Promise.all((await instructionFiles()).map(attachInstructions));
  return files.filter(({ text }) => text.trim() !== "" && findSecret({ text }) === undefined);
}
