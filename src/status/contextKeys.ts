import * as vscode from "vscode";
import type { ApiKey } from "../config/apiKey";
import { DisposableStore, type Disposable } from "../lifecycle";
import { contextKeys } from "../manifest";
import type { Activity } from "./activity";

/** Keeps true what the `when` clauses of package.json ask for. */
export function followContextKeys(activity: Activity, apiKey: Pick<ApiKey, "source" | "onDidChange">): Disposable {
  const store = new DisposableStore();
  const set = (key: string, value: boolean): void => void vscode.commands.executeCommand("setContext", key, value);

  const told = new Map<string, boolean>();
  const tell = (key: string, value: boolean): void => {
    if ((told.get(key) ?? false) !== value) set(key, value);
    told.set(key, value);
  };
  store.add(
    activity.onDidChange(() => {
      const { running, outcome, pictureAnswered } = activity;
      tell(contextKeys.busy, running !== undefined);
      if (outcome && "completion" in outcome) tell(contextKeys.answered, true);
      tell(contextKeys.pictureAsked, pictureAnswered);
    }),
  );

  const readKey = async (): Promise<void> => {
    const source = await apiKey.source();
    set(contextKeys.hasKey, source !== undefined);
    set(contextKeys.keyStored, source === "secret storage");
  };
  store.add(apiKey.onDidChange(() => void readKey()));
  void readKey();
  return store;
}
