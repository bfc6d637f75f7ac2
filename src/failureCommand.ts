import * as vscode from "vscode";
import type { FailureAction } from "./failureAction";
import { commands } from "./manifest";

const commandIds: Partial<Readonly<Record<FailureAction["do"], string>>> = {
  "sign-in": commands.signIn,
  "set-key": commands.setApiKey,
  "choose-model": commands.selectModel,
  "choose-order": commands.chooseServiceOrder,
  "use-local-models": commands.useLocalModels,
  "add-service": commands.addService,
  "show-log": commands.showLog,
  "test-connection": commands.testConnection,
};

/** What the button of a failure message runs outside the chat; `undefined` for the actions of the chat, such as *Retry*. */
export function failureCommand(action: FailureAction): (() => Thenable<unknown>) | undefined {
  if (action.do === "open-link") return () => vscode.env.openExternal(vscode.Uri.parse(action.url, true));
  const id = commandIds[action.do];
  return id === undefined ? undefined : () => vscode.commands.executeCommand(id);
}
