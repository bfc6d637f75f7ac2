import * as vscode from "vscode";
import type { Activity } from "./activity";
import type { ApiKey, KeySource } from "../config/apiKey";
import type { Settings } from "../config/settings";
import { createStatusBarItem, type StatusBarItem } from "../iconLabels";
import { DisposableStore, Emitter, MutableDisposable, every, type Disposable } from "../lifecycle";
import { machineName } from "../machineName";
import { commands } from "../manifest";
import { QuotaWatch } from "./quotaWatch";
import { ServiceWatch } from "./serviceWatch";
import { canAsk, statusText, type StatusTextOptions } from "./statusText";
import { statusTooltip } from "./statusTooltip";

export interface StatusBarDependencies {
  activity: Activity;
  apiKey: Pick<ApiKey, "source" | "onDidChange">;
  settings: Settings;
}

/** Shows the router's activity and the remaining requests. A click opens the model picker, or sign-in if there is no key. */
export class StatusBar implements Disposable {
  readonly #dependencies: StatusBarDependencies;
  readonly #store = new DisposableStore();
  readonly #item: StatusBarItem;
  readonly #changed = this.#store.add(new Emitter<void>());
  readonly #ticker = this.#store.add(new MutableDisposable());
  readonly #quota = this.#store.add(new QuotaWatch(() => this.#dependencies.activity.router?.quota()));
  readonly #services = this.#store.add(
    new ServiceWatch(() => {
      const { activity, settings } = this.#dependencies;
      return settings.services.services.length === 0 ? undefined : activity.router?.services();
    }),
  );
  /** Assumes a key until the source is known, so that the item does not ask to sign in at startup. */
  #key: KeySource | undefined = "secret storage";

  constructor(dependencies: StatusBarDependencies) {
    this.#dependencies = dependencies;
    this.#item = this.#store.add(createStatusBarItem("freeModels.status", 100));
    this.#item.name = vscode.l10n.t("Free Models Router");
    this.#store.add(dependencies.activity.onDidChange(() => this.#handleActivity()));
    this.#store.add(dependencies.apiKey.onDidChange(() => void this.#readKey()));
    this.#store.add(dependencies.apiKey.onDidChange(() => dependencies.activity.forgetFailure()));
    this.#store.add(dependencies.settings.onDidChange(() => this.#handleSettings()));
    // The services are read after the quota, because OpenRouter's figures are part of both.
    this.#store.add(this.#quota.onDidChange(() => void this.#services.read()));
    this.#store.add(this.#quota.onDidChange(() => this.#update()));
    this.#store.add(this.#services.onDidChange(() => this.#update()));
    // The tooltip says how far off the reset is.
    this.#store.add(every(60_000, () => this.#update()));
    this.#store.add(vscode.window.onDidChangeWindowState(({ focused }) => focused && this.#refresh()));
    this.#update();
    this.#item.show();
    void this.#readKey();
  }

  readonly onDidChange = this.#changed.event;

  /** The text of the item, with icons as `$(name)`. */
  get text(): string {
    return this.#item.text;
  }

  /** The Markdown of the tooltip. */
  get tooltip(): string {
    const { tooltip } = this.#item;
    return typeof tooltip === "object" ? tooltip.value : (tooltip ?? "");
  }

  dispose(): void {
    this.#store.dispose();
  }

  /** Updates the elapsed time every second during a completion, and reads the quota afterwards. */
  #handleActivity(): void {
    if (this.#dependencies.activity.running) {
      this.#ticker.value ??= every(1_000, () => this.#update());
    } else {
      this.#ticker.value = undefined;
      void this.#quota.read();
    }
    this.#update();
  }

  #handleSettings(): void {
    this.#update();
    void this.#services.read();
  }

  /** Catches up after the window was inactive: times have changed, the quota may have reset, a server may have been started. */
  #refresh(): void {
    this.#update();
    void this.#quota.refresh();
    void this.#services.read();
  }

  /** Also reads the quota, because another key may belong to another account. */
  async #readKey(): Promise<void> {
    this.#key = await this.#dependencies.apiKey.source();
    await this.#quota.reload();
  }

  #update(): void {
    const options = this.#textOptions();
    const { text, warning } = statusText(options);
    this.#item.text = text;
    this.#item.tooltip = statusTooltip(options);
    this.#item.command = commandFor(options);
    this.#item.backgroundColor = warning ? new vscode.ThemeColor("statusBarItem.warningBackground") : undefined;
    this.#item.accessibilityInformation = {
      label: vscode.l10n.t("Free Models Router: {0}", text.replace(/\$\(.*?\)\s*/g, "")),
    };
    this.#changed.fire();
  }

  #textOptions(): StatusTextOptions {
    const { activity, settings } = this.#dependencies;
    return {
      now: Date.now(),
      key: this.#key,
      running: activity.running,
      nameOf: activity.nameOf,
      outcome: activity.outcome,
      agent: activity.agent,
      quota: this.#quota.quota,
      services: this.#services.states,
      machine: machineName(vscode.env.remoteName),
      modelSettings: settings.router,
      statistics: activity.router?.statistics() ?? [],
    };
  }
}

function commandFor(options: StatusTextOptions): string {
  if (options.agent?.isHeld) return commands.continueAgent;
  return canAsk(options) ? commands.selectModel : commands.signIn;
}
