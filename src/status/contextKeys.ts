import * as vscode from "vscode";
import type { ApiKey } from "../config/apiKey";
import { DisposableStore, type Disposable } from "../lifecycle";
import { contextKeys } from "../manifest";
import type { Activity } from "./activity";

/** Keeps true what the `when` clauses of package.json ask for. */
export function followContextKeys(activity: Activity, apiKey: Pick<ApiKey, "source" | "onDidChange">): Disposable {
  const store = new DisposableStore();
  const set = (key: string, value: boolean): void => void vscode.commands.executeCommand("setContext", key, value);

  let busy = false;
  store.add(
    activity.onDidChange(() => {
      const now = activity.running !== undefined;
      if (now !== busy) set(contextKeys.busy, (busy = now));
    }),
  );

  const readKey = async (): Promise<void> => set(contextKeys.keyStored, (await apiKey.source()) === "secret storage");
  store.add(apiKey.onDidChange(() => void readKey()));
  void readKey();
  return store;
}
