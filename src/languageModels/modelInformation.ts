import * as vscode from "vscode";
import type { HostModelInformation } from "./hostParts";
import type { OfferedModel } from "./offeredModels";

/** A model in the form that VS Code expects of a provider. */
export function modelInformation(model: OfferedModel): HostModelInformation {
  const { id, name, family, detail, maxInputTokens, maxOutputTokens, capabilities, hasEffort, infoText } = model;
  return {
    ...{ id, name, family, detail, maxInputTokens, maxOutputTokens, capabilities, infoText },
    version: "1",
    tooltip: infoText.join("\n"),
    pricing: vscode.l10n.t("Free"),
    ...(hasEffort && { configurationSchema: { properties: { [effortProperty]: effortSchema() } } }),
  };
}

/** The name that VS Code's own models have for it. */
const effortProperty = "reasoningEffort";

function effortSchema(): object {
  return {
    type: "string",
    title: vscode.l10n.t("Reasoning Effort"),
    enum: ["low", "medium", "high"],
    enumItemLabels: [vscode.l10n.t("Low"), vscode.l10n.t("Medium"), vscode.l10n.t("High")],
    default: "medium",
    group: "navigation",
  };
}

/** The effort that the user has chosen; `undefined` if the model has no choice. */
export function chosenEffort(configuration: Readonly<Record<string, unknown>> = {}): string | undefined {
  const effort = configuration[effortProperty];
  return typeof effort === "string" ? effort : undefined;
}
