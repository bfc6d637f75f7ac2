import { t } from "@vscode/l10n";
import type { ServiceUse } from "../router/index";

/** An action that fixes a connection problem. */
export type ConnectionFix =
  | { readonly do: "sign-in" | "set-key" | "choose-order" | "use-local-models" }
  | { readonly do: "enter-key"; readonly use: ServiceUse }
  | { readonly do: "test-again" | "use-direct" | "use-vscode" | "ask-model" | "open-chat" }
  | { readonly do: "open-setting"; readonly id: string }
  | { readonly do: "open-link"; readonly url: string };

/** The result of testing one service: a sentence and one button. */
export interface ConnectionFinding {
  readonly ok: boolean;
  readonly sentence: string;
  readonly label: string;
  readonly fix: ConnectionFix;
}

export const problem = (sentence: string, label: string, fix: ConnectionFix): ConnectionFinding => ({
  ok: false,
  sentence,
  label,
  fix,
});
export const testAgain = (sentence: string): ConnectionFinding =>
  problem(sentence, t("Test Again"), { do: "test-again" });
export const openSetting = (sentence: string, label: string, id: string): ConnectionFinding =>
  problem(sentence, label, { do: "open-setting", id });
export const openPage = (sentence: string, label: string, url: string): ConnectionFinding =>
  problem(sentence, label, { do: "open-link", url });
