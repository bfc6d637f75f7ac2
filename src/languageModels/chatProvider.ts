import * as vscode from "vscode";
import { abortSignal, Emitter, DisposableStore, after, type Disposable } from "../lifecycle";
import { languageModelVendor } from "../manifest";
import { estimateTokens, tokensPerImage } from "../router/index";
import type { HostRequestOptions } from "./hostParts";

/** What answers the requests of VS Code's chat; it loads with the first of them. */
export interface ChatModels {
  models(): Promise<vscode.LanguageModelChatInformation[]>;
  respond(
    model: vscode.LanguageModelChatInformation,
    messages: readonly vscode.LanguageModelChatRequestMessage[],
    options: vscode.ProvideLanguageModelChatResponseOptions & HostRequestOptions,
    progress: vscode.Progress<vscode.LanguageModelResponsePart>,
    signal: AbortSignal,
  ): Promise<void>;
}

export interface ChatProviderDependencies {
  /** Whether the user has chosen to use the models in VS Code's chat. Before, every extension would see models that train on prompts. */
  readonly isEnabled: () => boolean;
  readonly load: () => Promise<ChatModels>;
}

/** VS Code does not ask a new provider by itself, and ignores an event that comes with the registration. Milliseconds; seen in 1.139.1. */
const announceAfterMs = 500;

/** Offers the router's models to VS Code's chat, inline chat and to other extensions. */
export class ChatProvider implements vscode.LanguageModelChatProvider, Disposable {
  readonly #dependencies: ChatProviderDependencies;
  readonly #store = new DisposableStore();
  readonly #changed = this.#store.add(new Emitter<void>());

  constructor(dependencies: ChatProviderDependencies) {
    this.#dependencies = dependencies;
    this.#store.add(vscode.lm.registerLanguageModelChatProvider(languageModelVendor, this));
    if (dependencies.isEnabled()) this.#store.add(after(announceAfterMs, () => this.announce()));
  }

  get onDidChangeLanguageModelChatInformation(): vscode.Event<void> {
    return (listener, self?: unknown, disposables?: vscode.Disposable[]) => {
      const subscription = this.#changed.event(() => listener.call(self));
      const disposable = new vscode.Disposable(() => subscription.dispose());
      disposables?.push(disposable);
      return disposable;
    };
  }

  /** Tells VS Code that the list of models has changed. */
  announce(): void {
    this.#changed.fire();
  }

  async provideLanguageModelChatInformation(): Promise<vscode.LanguageModelChatInformation[]> {
    if (!this.#dependencies.isEnabled()) return [];
    return (await this.#dependencies.load()).models();
  }

  async provideLanguageModelChatResponse(
    model: vscode.LanguageModelChatInformation,
    messages: readonly vscode.LanguageModelChatRequestMessage[],
    options: vscode.ProvideLanguageModelChatResponseOptions & HostRequestOptions,
    progress: vscode.Progress<vscode.LanguageModelResponsePart>,
    token: vscode.CancellationToken,
  ): Promise<void> {
    const canceled = abortSignal(token);
    try {
      const models = await this.#dependencies.load();
      await models.respond(model, messages, options, progress, canceled.signal);
    } finally {
      canceled.dispose();
    }
  }

  /** VS Code counts thousands of small texts for each request of an agent, so nothing is loaded for it. */
  provideTokenCount(
    _model: vscode.LanguageModelChatInformation,
    text: string | vscode.LanguageModelChatRequestMessage,
  ): Promise<number> {
    if (typeof text === "string") return Promise.resolve(estimateTokens(text));
    return Promise.resolve(text.content.reduce<number>((sum, part) => sum + partTokens(part), 0));
  }

  dispose(): void {
    this.#store.dispose();
  }
}

function partTokens(part: unknown): number {
  if (part instanceof vscode.LanguageModelTextPart) return estimateTokens(part.value);
  if (part instanceof vscode.LanguageModelDataPart)
    return part.mimeType.startsWith("image/") ? tokensPerImage : Math.ceil(part.data.length / 3);
  if (part instanceof vscode.LanguageModelToolCallPart) return estimateTokens(part.name + JSON.stringify(part.input));
  if (part instanceof vscode.LanguageModelToolResultPart)
    return part.content.reduce<number>((sum, each) => sum + partTokens(each), 0);
  return 0;
}
