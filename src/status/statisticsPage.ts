import * as vscode from "vscode";
import { MutableDisposable, type Disposable } from "../lifecycle";
import { statisticsPanel } from "../manifest";
import type { Model, Router } from "../router/index";
import { statisticsHtml, type RequesterRow } from "./statisticsHtml";

/** Changes come in bursts during a request, so the page is updated at most once per second. */
const updateIntervalMs = 1_000;

type StatisticsRouter = Pick<Router, "statistics" | "onDidChange" | "freeModels">;

/** The tab with model statistics. It is updated while visible. */
export class StatisticsPage implements Disposable {
  readonly #router: StatisticsRouter;
  readonly #requesters: () => readonly RequesterRow[];
  #models: readonly Model[] = [];
  readonly #panel = new MutableDisposable<vscode.WebviewPanel>();

  constructor(router: StatisticsRouter, requesters: () => readonly RequesterRow[]) {
    this.#router = router;
    this.#requesters = requesters;
  }

  /** Opens or reveals the tab. */
  async show(): Promise<void> {
    if (this.#panel.value) {
      this.#panel.value.reveal();
      return;
    }
    const title = vscode.l10n.t("Model Statistics");
    const panel = vscode.window.createWebviewPanel(statisticsPanel, title, vscode.ViewColumn.Active, {});
    panel.iconPath = new vscode.ThemeIcon("graph");
    this.#panel.value = panel;
    const render = (): void => {
      if (panel.visible) panel.webview.html = this.#html();
    };
    let timer: ReturnType<typeof setTimeout> | undefined;
    const subscription = this.#router.onDidChange(() => {
      timer ??= setTimeout(() => {
        timer = undefined;
        render();
      }, updateIntervalMs);
    });
    panel.onDidChangeViewState(render);
    panel.onDidDispose(() => {
      clearTimeout(timer);
      subscription.dispose();
      if (this.#panel.value === panel) this.#panel.value = undefined;
    });
    render();
    // Also loads the statistics of earlier sessions. Without the catalogue, models are shown by id.
    this.#models = await this.#router.freeModels().catch(() => []);
    render();
  }

  dispose(): void {
    this.#panel.dispose();
  }

  #html(): string {
    return statisticsHtml(this.#router.statistics(), {
      nonce: crypto.randomUUID(),
      language: vscode.env.language,
      now: Date.now(),
      models: this.#models,
      requesters: this.#requesters(),
    });
  }
}
