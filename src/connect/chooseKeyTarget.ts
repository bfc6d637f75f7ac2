import * as vscode from "vscode";
import { icon, iconText } from "../iconText";
import { showQuickPick } from "../iconLabels";
import { serviceDescription, serviceName, type ServiceUse } from "../router/index";

/** The service whose key the user wants to enter. Asks only if there are several; `undefined` if the user cancels. */
export async function chooseKeyTarget(services: readonly ServiceUse[]): Promise<"openrouter" | ServiceUse | undefined> {
  const withKey = services.filter(({ kind }) => serviceDescription(kind).place !== "local");
  if (withKey.length === 0) return "openrouter";
  const items = [
    { label: iconText(icon("key"), "OpenRouter"), target: "openrouter" as const },
    ...withKey.map((use) => ({
      label: iconText(icon("key"), serviceName(use)),
      target: use,
    })),
  ];
  return (await showQuickPick(items, { title: vscode.l10n.t("Set API Key") }))?.target;
}
