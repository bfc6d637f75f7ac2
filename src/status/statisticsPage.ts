import * as vscode from "vscode";
import { MutableDisposable, type Disposable } from "../lifecycle";
import { statisticsPanel } from "../manifest";
import type { Model, Router } from "../router/index";
import { statisticsHtml } from "./statisticsHtml";

/** Changes come in bursts while a question is on its way; the page follows once a second. */
const settleMs = 1_000;

/** The page of model statistics: one tab, drawn anew while it is looked at. */
export class StatisticsPage implements Disposable {
  #models: readonly Model[] = [];
  readonly #panel = new MutableDisposable<vscode.WebviewPanel>();

  constructor(private readonly router: Pick<Router, "statistics" | "onDidChange" | "freeModels">) {}

  /** Opens the tab, or goes to it. */
  async show(): Promise<void> {
    if (this.#panel.value) {
      this.#panel.value.reveal();
      return;
    }
    const title = vscode.l10n.t("Model Statistics");
    const panel = vscode.window.createWebviewPanel(statisticsPanel, title, vscode.ViewColumn.Active, {});
    panel.iconPath = new vscode.ThemeIcon("graph");
    this.#panel.value = panel;
    const draw = (): void => {
      if (panel.visible) panel.webview.html = this.#html();
    };
    let timer: ReturnType<typeof setTimeout> | undefined;
    const changes = this.router.onDidChange(() => {
      timer ??= setTimeout(() => {
        timer = undefined;
        draw();
      }, settleMs);
    });
    panel.onDidChangeViewState(draw);
    panel.onDidDispose(() => {
      clearTimeout(timer);
      changes.dispose();
      if (this.#panel.value === panel) this.#panel.value = undefined;
    });
    draw();
    // Reads what earlier sessions have seen; without a catalogue the models go by their ids.
    this.#models = await this.router.freeModels().catch(() => []);
    draw();
  }

  dispose(): void {
    this.#panel.dispose();
  }

  #html(): string {
    return statisticsHtml(this.router.statistics(), {
      nonce: crypto.randomUUID(),
      language: vscode.env.language,
      now: Date.now(),
      names: new Map(this.#models.map(({ id, name }) => [id, name])),
    });
  }
}
