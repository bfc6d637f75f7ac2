import * as vscode from "vscode";
import { parseBaseUrl } from "../config/baseUrl";
import { serviceSlug } from "../config/serviceSlug";
import type { Settings } from "../config/settings";
import { promptText } from "../escapeMessage";
import { icon, iconText } from "../iconText";
import { showQuickPick } from "../iconLabels";
import { showInputBox } from "../inputBoxes";
import { abortSignal } from "../lifecycle";
import { showInformation, showWarning, withProgress } from "../notifications";
import { isLoopbackUrl, serviceDescription, serviceName, type ServiceKind, type ServiceUse } from "../router/index";
import { addressProblem } from "./addressProblem";
import { serviceTexts } from "./serviceTexts";

export interface AddServiceDependencies {
  settings: Pick<Settings, "addService">;
  /** Lets local servers join. Resolves to whether there is one. */
  readonly useLocalModels: () => Promise<boolean>;
  /** Asks for the key of a service. Resolves to whether one was saved. */
  readonly enterKey: (use: ServiceUse) => Promise<boolean>;
  /** Reads the list of models of a service, which costs no request. Rejects with a `RouterError`. */
  readonly check: (use: ServiceUse, signal: AbortSignal) => Promise<unknown>;
}

const localKinds = ["ollama", "lmstudio", "llamacpp"] as const;

type NewService = Omit<ServiceUse, "id">;

/** Lets the user add a service to the pool, after saying who gets the questions and what keeps it free. Resolves to whether one was added. */
export async function addService(dependencies: AddServiceDependencies): Promise<boolean> {
  const { settings, useLocalModels, enterKey } = dependencies;
  const added = await chooseService();
  if (added === undefined) return false;
  if (added === "local") return useLocalModels();
  if (added === "custom") return addCustom(dependencies);
  const use = usual(added);
  if (!(await isAllowed(use)) || !(await enterKey({ ...use, id: use.kind }))) return false;
  await settings.addService(use);
  return true;
}

/** Whether an unknown service needs a key is unknown too; *Set API Key* lists it. `before`: what the user corrects. */
async function addCustom(dependencies: AddServiceDependencies, before?: NewService): Promise<boolean> {
  const use = await describeCustom(before);
  if (!use || !(await isAllowed(use))) return false;
  const decision = await decideAfterCheck(use, dependencies);
  if (decision === "edit") return addCustom(dependencies, use);
  if (decision === "save") await dependencies.settings.addService(use);
  return decision === "save";
}

/** Lets the user correct an address that does not answer. A server may also be started later. */
async function decideAfterCheck(
  use: NewService,
  { check }: AddServiceDependencies,
): Promise<"save" | "edit" | undefined> {
  const problem = await withProgress(vscode.l10n.t("Looking for {0}", serviceName(use)), async (_, token) => {
    const stop = abortSignal(token);
    try {
      await check({ ...use, id: use.kind }, stop.signal);
      return undefined;
    } catch (error) {
      return addressProblem(error, use);
    } finally {
      stop.dispose();
    }
  });
  if (problem === undefined) return "save";
  const [edit, save] = [vscode.l10n.t("Edit"), vscode.l10n.t("Save Anyway")];
  const detail = vscode.l10n.t("Correct the address, or save it and start the server later. No question was sent.");
  const chosen = await showWarning(problem, { modal: true, detail }, edit, save);
  return chosen === edit ? "edit" : chosen === save ? "save" : undefined;
}

type Choice = "local" | "groq" | "mistral" | "custom";

async function chooseService(): Promise<Choice | undefined> {
  const nameOf = (kind: ServiceKind): string => serviceDescription(kind).name;
  const freeTier = vscode.l10n.t("A free tier, with your own key");
  const choices: readonly [Choice, iconName: string, label: string, detail: string][] = [
    ["local", "vm", vscode.l10n.t("Local models"), localKinds.map(nameOf).join(", ")],
    ["groq", "cloud", nameOf("groq"), freeTier],
    ["mistral", "cloud", nameOf("mistral"), freeTier],
    [
      ...(["custom", "link", vscode.l10n.t("Another OpenAI-compatible service")] as const),
      vscode.l10n.t("May cost money: used only if you select one of its models"),
    ],
  ];
  const items = choices.map(([choice, name, label, detail]) => ({
    label: iconText(icon(name), label),
    detail: iconText(detail),
    choice,
  }));
  return (await showQuickPick(items, { title: vscode.l10n.t("Add a Service") }))?.choice;
}

/** The service at its usual address. The user confirms that the account cannot be charged, so it may be asked by itself. */
function usual(kind: "groq" | "mistral"): NewService {
  return { kind, baseUrl: serviceDescription(kind).baseUrl, automatic: true };
}

async function describeCustom(before?: NewService): Promise<NewService | undefined> {
  const encryption = vscode.l10n.t("It must use https, except on this computer.");
  const baseUrl = await showInputBox({
    title: vscode.l10n.t("Address of the API"),
    value: before?.baseUrl ?? "http://127.0.0.1:8000/v1",
    prompt: promptText(encryption),
    validateInput: (value) => {
      const address = parseBaseUrl(value);
      if (!("problem" in address)) return undefined;
      return promptText(
        address.problem === "not-encrypted" ? encryption : vscode.l10n.t("This address cannot be used."),
      );
    },
  });
  const parsed = baseUrl === undefined ? undefined : parseBaseUrl(baseUrl);
  if (!parsed || "problem" in parsed) return undefined;
  const name = await showInputBox({
    title: vscode.l10n.t("Name of the service"),
    value: before?.name ?? new URL(parsed.url).hostname,
    validateInput: (value) =>
      serviceSlug(value) === "" ? promptText(vscode.l10n.t("The name needs a Latin letter or a digit.")) : undefined,
  });
  return name === undefined
    ? undefined
    : { kind: "custom", name: name.trim(), baseUrl: parsed.url, automatic: isLoopbackUrl(parsed.url) };
}

/** The one yes before a service gets questions. On this computer, none is needed. */
async function isAllowed({ kind, baseUrl, name }: NewService): Promise<boolean> {
  if (isLoopbackUrl(baseUrl) || kind === "ollama" || kind === "lmstudio" || kind === "llamacpp") return true;
  const { privacy, guard } = serviceTexts[kind]();
  const add = vscode.l10n.t("Add");
  const sentence = vscode.l10n.t("Send questions to {0}?", serviceName({ kind, name }));
  return (await showInformation(sentence, { modal: true, detail: `${privacy}\n\n${guard}` }, add)) === add;
}
