import * as vscode from "vscode";
import { serviceDescription, type ServiceUse } from "../router/index";
import type { Settings } from "../config/settings";
import { machineName } from "../machineName";
import { commands } from "../manifest";
import { showInformation } from "../notifications";

export interface LocalModelsDependencies {
  /** Looks for servers at their usual ports on this computer. */
  readonly find: () => Promise<readonly ServiceUse[]>;
  settings: Pick<Settings, "services" | "addService">;
}

/** Lets the local servers that run now join the pool. Resolves to whether there is one. */
export async function useLocalModels(dependencies: LocalModelsDependencies): Promise<boolean> {
  const { find, settings } = dependencies;
  const found = await find();
  if (found.length === 0) return offerToLookAgain(dependencies);
  const known = settings.services.services;
  for (const use of found) if (!known.some(({ baseUrl }) => baseUrl === use.baseUrl)) await settings.addService(use);
  const names = [...new Set(found.map(({ kind }) => serviceDescription(kind).name))].join(", ");
  const choose = vscode.l10n.t("Choose Order");
  const sentence = vscode.l10n.t("Models of {0} on {1} can answer now.", names, machineName(vscode.env.remoteName));
  void showInformation(sentence, choose).then(
    (label) => label === choose && vscode.commands.executeCommand(commands.chooseServiceOrder),
  );
  return true;
}

async function offerToLookAgain(dependencies: LocalModelsDependencies): Promise<boolean> {
  const again = vscode.l10n.t("Look Again");
  const sentence = vscode.l10n.t(
    "No local server answers on {0}. Start Ollama, LM Studio or llama.cpp, then look again.",
    machineName(vscode.env.remoteName),
  );
  return (await showInformation(sentence, again)) === again ? useLocalModels(dependencies) : false;
}
