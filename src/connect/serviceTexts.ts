import { t } from "@vscode/l10n";
import type { ServiceKind } from "../router/index";

/** What the user has to know before a service gets questions. */
export interface ServiceTexts {
  /** Who gets a question, and what may happen to it. */
  readonly privacy: string;
  /** Why nothing can be charged, or that it may be. */
  readonly guard: string;
}

/** Of the services that are not on the user's own machine. */
export const serviceTexts: Readonly<
  Record<Exclude<ServiceKind, "ollama" | "lmstudio" | "llamacpp">, () => ServiceTexts>
> = {
  // https://console.groq.com/docs/your-data
  groq: () => ({
    privacy: t(
      "Groq, in the USA, gets your questions. It keeps no prompts by default, and up to 30 days in cases of abuse.",
    ),
    guard: t("It is free as long as your Groq organization has no card and is on the Free plan."),
  }),
  // Its pages disagree about training, so the stricter reading counts.
  mistral: () => ({
    privacy: t(
      "Mistral, in France, gets your questions. In Free mode it may train on them unless you opt out in its console.",
    ),
    guard: t("It is free as long as your Mistral organization has no card and is in Free mode."),
  }),
  custom: () => ({
    privacy: t("The address that you enter gets your questions."),
    guard: t("Nothing is known of this service, so it may cost money: a model of it is used only if you select it."),
  }),
};
