import * as vscode from "vscode";
import type { ApiKey } from "../config/apiKey";
import { DisposableStore, type Disposable } from "../lifecycle";
import { contextKeys } from "../manifest";
import type { Activity } from "./activity";

/** Keeps the context keys for the `when` clauses of package.json up to date. */
export function syncContextKeys(activity: Activity, apiKey: Pick<ApiKey, "source" | "onDidChange">): Disposable {
  const store = new DisposableStore();
  const set = (key: string, value: boolean): void => void vscode.commands.executeCommand("setContext", key, value);

  const current = new Map<string, boolean>();
  const setIfChanged = (key: string, value: boolean): void => {
    if ((current.get(key) ?? false) !== value) set(key, value);
    current.set(key, value);
  };
  store.add(
    activity.onDidChange(() => {
      const { running, outcome, imageAnswered, agent } = activity;
      setIfChanged(contextKeys.busy, running !== undefined);
      if (outcome && "completion" in outcome) setIfChanged(contextKeys.answered, true);
      setIfChanged(contextKeys.agentHeld, agent?.isHeld ?? false);
      setIfChanged(contextKeys.pictureAsked, imageAnswered);
    }),
  );

  const readKey = async (): Promise<void> => {
    const source = await apiKey.source();
    set(contextKeys.hasKey, source !== undefined);
    set(contextKeys.keyStored, source === "secret storage" || source === "withheld");
  };
  store.add(apiKey.onDidChange(() => void readKey()));
  void readKey();
  return store;
}
