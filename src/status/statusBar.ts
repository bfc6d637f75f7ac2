import * as vscode from "vscode";
import type { Activity } from "./activity";
import type { ApiKey, KeySource } from "../config/apiKey";
import type { Settings } from "../config/settings";
import { DisposableStore, Emitter, MutableDisposable, every, type Disposable } from "../lifecycle";
import { commands } from "../manifest";
import { QuotaWatch } from "./quotaWatch";
import { statusRows, statusText, type StatusTextOptions } from "./statusText";

export interface StatusBarDependencies {
  activity: Activity;
  apiKey: Pick<ApiKey, "source" | "onDidChange">;
  settings: Settings;
}

/** What the router is doing and what is left of today, in one item; a click chooses the model, or asks for the key that is missing. */
export class StatusBar implements Disposable {
  readonly #store = new DisposableStore();
  readonly #item: vscode.StatusBarItem;
  readonly #drawn = this.#store.add(new Emitter<void>());
  readonly #seconds = this.#store.add(new MutableDisposable());
  readonly #quota = this.#store.add(new QuotaWatch(() => this.dependencies.activity.router?.quota()));
  /** Until it is read nobody is told that it is missing. */
  #key: KeySource | undefined = "secret storage";

  constructor(private readonly dependencies: StatusBarDependencies) {
    this.#item = this.#store.add(
      vscode.window.createStatusBarItem("freeModels.status", vscode.StatusBarAlignment.Right, 100),
    );
    this.#item.name = vscode.l10n.t("Free Models");
    this.#store.add(dependencies.activity.onDidChange(() => this.#follow()));
    this.#store.add(dependencies.apiKey.onDidChange(() => void this.#readKey()));
    this.#store.add(dependencies.settings.onDidChange(() => this.#draw()));
    this.#store.add(this.#quota.onDidChange(() => this.#draw()));
    this.#store.add(vscode.window.onDidChangeWindowState(({ focused }) => focused && this.#wake()));
    this.#draw();
    this.#item.show();
    void this.#readKey();
  }

  readonly onDidChange = this.#drawn.event;

  /** What the item says now, VS Code's icons as `$(name)`. */
  get text(): string {
    return this.#item.text;
  }

  dispose(): void {
    this.#store.dispose();
  }

  /** The clock runs only while somebody waits, and the quota is looked at when nobody does. */
  #follow(): void {
    if (this.dependencies.activity.running) {
      this.#seconds.value ??= every(1_000, () => this.#draw());
    } else {
      this.#seconds.value = undefined;
      void this.#quota.read();
    }
    this.#draw();
  }

  /** How long it still takes has changed meanwhile, and the day may be another. */
  #wake(): void {
    this.#draw();
    void this.#quota.wake();
  }

  /** Another key may be another account, with another quota. */
  async #readKey(): Promise<void> {
    this.#key = await this.dependencies.apiKey.source();
    await this.#quota.readAnew();
  }

  #draw(): void {
    const facts = this.#facts();
    const { text, warning } = statusText(facts);
    this.#item.text = text;
    this.#item.tooltip = tooltip(facts);
    this.#item.command = facts.key ? commands.selectModel : commands.signIn;
    this.#item.backgroundColor = warning ? new vscode.ThemeColor("statusBarItem.warningBackground") : undefined;
    this.#item.accessibilityInformation = {
      label: vscode.l10n.t("Free Models Router: {0}", text.replace(/\$\(.*?\)\s*/g, "")),
    };
    this.#drawn.fire();
  }

  #facts(): StatusTextOptions {
    const { activity, settings } = this.dependencies;
    return {
      now: Date.now(),
      key: this.#key,
      running: activity.running,
      outcome: activity.outcome,
      quota: this.#quota.quota,
      next: settings.router,
      statistics: activity.router?.statistics() ?? [],
    };
  }
}

function tooltip(facts: StatusTextOptions): vscode.MarkdownString {
  const markdown = new vscode.MarkdownString("", true);
  markdown.isTrusted = {
    enabledCommands: [commands.selectModel, commands.openChat, commands.signIn, commands.setApiKey],
  };
  if (!facts.key) {
    markdown.appendMarkdown(
      `${vscode.l10n.t("Free models answer for nothing, but OpenRouter wants to know who asks.")}\n\n`,
    );
    markdown.appendMarkdown(
      `${link(commands.signIn, "account", vscode.l10n.t("Sign in"))} &nbsp; ${link(commands.setApiKey, "key", vscode.l10n.t("Enter a key"))}`,
    );
    return markdown;
  }
  markdown.appendMarkdown("| | |\n|---|---|\n");
  for (const [what, value] of statusRows(facts)) markdown.appendMarkdown(`| ${cell(what)} &nbsp; | ${cell(value)} |\n`);
  markdown.appendMarkdown(
    `\n${link(commands.selectModel, "sparkle", vscode.l10n.t("Select model"))} &nbsp; ${link(commands.openChat, "comment-discussion", vscode.l10n.t("Open chat"))}`,
  );
  return markdown;
}

function link(command: string, icon: string, label: string): string {
  return `[$(${icon}) ${label}](command:${command})`;
}

/** Names of models and words of the service are text, never Markdown. */
function cell(text: string): string {
  return new vscode.MarkdownString()
    .appendText(text)
    .value.replace(/\|/g, "\\|")
    .replace(/\s*\n\s*/g, " ");
}
