import * as vscode from "vscode";
import { hostOf, originOf } from "../config/baseUrl";
import { isCompleteKey } from "../config/keyFormat";
import type { ApiKey } from "../config/apiKey";
import { serviceDescription, servicePages, type ServiceUse } from "../router/index";
import type { KeyTarget } from "./saveKey";

export interface KeyTargetDependencies {
  apiKey: Pick<ApiKey, "save">;
  /** Checks a key with OpenRouter at this address. */
  readonly checkOpenRouter: (key: string, baseUrl: string) => Promise<unknown>;
  readonly checkService: (key: string, use: ServiceUse) => Promise<unknown>;
  readonly isChatVisible: () => boolean;
}

/** OpenRouter at this address. Keys are checked and saved there, even if the user changes the address meanwhile. */
export function openRouterTarget(
  baseUrl: string,
  { apiKey, checkOpenRouter, isChatVisible }: KeyTargetDependencies,
): KeyTarget {
  return {
    isChatVisible,
    ...{ name: "OpenRouter", host: hostOf(originOf(baseUrl)), keyPage: servicePages.keys },
    // Only a hint, not an error: keys of services at other API addresses can have any format.
    keyHint: (key) =>
      !key || isCompleteKey(key)
        ? undefined
        : vscode.l10n.t(
            "OpenRouter keys consist of “sk-or-v1-” and 64 more characters. Check that this key is complete.",
          ),
    check: (key) => checkOpenRouter(key, baseUrl),
    save: (key) => apiKey.save(key, baseUrl),
  };
}

/** A service beside OpenRouter. */
export function serviceTarget(
  use: ServiceUse,
  { apiKey, checkService, isChatVisible }: KeyTargetDependencies,
): KeyTarget {
  const { name, keyPage, keyPattern } = serviceDescription(use.kind);
  const shown = use.name ?? name;
  return {
    isChatVisible,
    ...{ name: shown, host: hostOf(originOf(use.baseUrl)), keyPage },
    keyHint: (key) =>
      !key || !keyPattern || keyPattern.test(key)
        ? undefined
        : vscode.l10n.t("This does not look like a key of {0}. Check that it is complete.", shown),
    check: (key) => checkService(key, use),
    save: (key) => apiKey.save(key, use.baseUrl),
  };
}
