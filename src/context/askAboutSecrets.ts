import * as vscode from "vscode";
import { escapeMessage } from "../escapeMessage";
import { showWarning } from "../notifications";
import { maskSecret } from "./maskSecret";
import type { OutgoingFinding } from "./outgoingFindings";
import type { HoldBackEffect } from "./outgoingText";
import type { SecretDecision } from "./secretDecisions";

/** More findings are not listed, only counted. */
const maxListed = 8;

/**
 * Asks what to do with possible secrets: one dialog for one of them; for several, a dialog that decides about all, or about each in turn.
 * Offers local models if there are any. Resolves to a decision for each, or to `undefined` if the user cancels.
 */
export async function askAboutSecrets(
  findings: readonly OutgoingFinding[],
  hasLocalModels: boolean,
): Promise<readonly SecretDecision[] | undefined> {
  const [first] = findings;
  if (!first) return [];
  if (findings.length === 1) return askAboutEach([first], hasLocalModels);
  const decision = await askAboutAll(findings, hasLocalModels);
  if (decision === "each") return askAboutEach(findings, hasLocalModels);
  return decision && findings.map(() => decision);
}

async function askAboutAll(
  findings: readonly OutgoingFinding[],
  hasLocalModels: boolean,
): Promise<SecretDecision | "each" | undefined> {
  const listed = findings.slice(0, maxListed).map((finding) => `• ${describe(finding)}`);
  const more = findings.length - listed.length;
  const choices = new Map<string, SecretDecision | "each">([
    [vscode.l10n.t("Hold Back"), "hold-back"],
    [vscode.l10n.t("Send All"), "send"],
    [vscode.l10n.t("Replace All"), "replace"],
    ...localChoice(hasLocalModels),
    [vscode.l10n.t("Decide Each…"), "each"],
  ]);
  return choose(vscode.l10n.t("Send {0} possible secrets?", findings.length), choices, [
    ...listed,
    ...(more > 0 ? [vscode.l10n.t("…and {0} more", more)] : []),
    "",
    ...explanations(findings),
  ]);
}

async function askAboutEach(
  findings: readonly OutgoingFinding[],
  hasLocalModels: boolean,
): Promise<SecretDecision[] | undefined> {
  const choices = new Map<string, SecretDecision>([
    [vscode.l10n.t("Hold Back"), "hold-back"],
    [vscode.l10n.t("Send Once"), "send"],
    [vscode.l10n.t("Replace"), "replace"],
    ...localChoice(hasLocalModels),
  ]);
  const decisions: SecretDecision[] = [];
  for (const [index, finding] of findings.entries()) {
    const position = findings.length === 1 ? "" : vscode.l10n.t("({0} of {1}) ", index + 1, findings.length);
    const decision = await choose(`${position}${describe(finding)}`, choices, explanations([finding]));
    if (decision === undefined) return undefined;
    decisions.push(decision);
  }
  return decisions;
}

function localChoice(hasLocalModels: boolean): readonly [string, SecretDecision][] {
  return hasLocalModels ? [[vscode.l10n.t("Ask a Local Model"), "ask-local"]] : [];
}

async function choose<T>(
  sentence: string,
  choices: ReadonlyMap<string, T>,
  details: readonly string[],
): Promise<T | undefined> {
  const detail = details.map(escapeMessage).join("\n");
  const chosen = await showWarning(sentence, { modal: true, detail }, ...choices.keys());
  return chosen === undefined ? undefined : choices.get(chosen);
}

/** Says what was found and where, as one line. */
function describe({ outgoing, kind, range, fileName, secrets }: OutgoingFinding): string {
  const label = plainLine(outgoing.label);
  if (fileName === undefined) {
    const hasLines = outgoing.firstLine !== undefined || outgoing.text.includes("\n");
    const place = hasLines ? vscode.l10n.t("{0} (line {1})", label, lineOf(outgoing, range.start)) : label;
    if (kind === "private-key") return vscode.l10n.t("{0} appears to contain a private key.", place);
    const excerpt = maskSecret(secrets[0]?.value ?? "");
    return vscode.l10n.t("{0} appears to contain a password or API key: {1}", place, excerpt);
  }
  switch (kind) {
    case "environment-file":
      return vscode.l10n.t("{0} is an environment file, which often contains passwords or API keys.", label);
    case "private-key":
      return vscode.l10n.t("{0} appears to contain a private key.", label);
    case "key-file":
    case "token":
      return vscode.l10n.t("Files like {0} usually contain passwords or API keys.", label);
  }
}

function lineOf({ text, firstLine = 0 }: OutgoingFinding["outgoing"], offset: number): number {
  return firstLine + text.slice(0, offset).split("\n").length;
}

/** A name without line breaks and invisible characters, which could imitate other lines of the dialog. */
function plainLine(label: string): string {
  const line = label.replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]+/gu, " ");
  return line.length > 120 ? `${line.slice(0, 80)}…${line.slice(-39)}` : line;
}

function explanations(findings: readonly OutgoingFinding[]): string[] {
  const effects = new Set(findings.map(({ outgoing }) => outgoing.onHoldBack));
  return [
    vscode.l10n.t("Free providers may store what you send and train on it."),
    ...[...effects].map(holdBackText),
    vscode.l10n.t(
      "Replace sends a placeholder such as {0}, which becomes the secret again when you apply code of the answer.",
      "<SECRET_1>",
    ),
  ];
}

function holdBackText(effect: HoldBackEffect): string {
  switch (effect) {
    case "leave-out":
      return vscode.l10n.t("Hold Back sends the rest without the files and texts named above.");
    case "send-nothing":
      return vscode.l10n.t("Hold Back sends nothing, so that you can edit the text.");
    case "remove-secret":
      return vscode.l10n.t("Hold Back removes the secret from the text.");
  }
}
