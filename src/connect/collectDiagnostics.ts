import * as vscode from "vscode";
import type { ApiKey } from "../config/apiKey";
import type { DiagnosticsData } from "./diagnostics";
import type { Settings } from "../config/settings";
import { within } from "../lifecycle";
import { isRouterError, type Router } from "../router/index";

export interface DiagnosticsDependencies {
  /** Our own version. */
  version: string;
  settings: Settings;
  apiKey: Pick<ApiKey, "source">;
  router: Router;
  /** What the last completion ended with, where it failed. */
  lastError: () => unknown;
}

const patienceMs = 3_000;

/** Looks around for a report. What cannot be told soon (there may be no network, which is why somebody reports) is left out. */
export async function collectDiagnostics(dependencies: DiagnosticsDependencies): Promise<DiagnosticsData> {
  const { settings, router } = dependencies;
  const plain = { messages: [{ role: "user" as const, content: "" }] };
  const [keySource, explanation, quota] = await Promise.all([
    dependencies.apiKey.source(),
    within(patienceMs, router.explain(plain)),
    within(patienceMs, router.quota()),
  ]);
  const error = dependencies.lastError();
  const { router: routerSettings } = settings;
  return {
    now: Date.now(),
    extension: dependencies.version,
    editor: `${vscode.env.appName} ${vscode.version}`,
    host: vscode.env.uiKind === vscode.UIKind.Web ? `${vscode.env.appHost} in a browser` : vscode.env.appHost,
    remote: vscode.env.remoteName,
    system: `${process.platform} ${process.arch}`,
    runtime: `Node ${process.versions.node}`,
    language: vscode.env.language,
    trusted: vscode.workspace.isTrusted,
    keySource,
    transport: settings.transport,
    proxySet: settings.network.proxy !== undefined,
    settings: routerSettings,
    instructionsLength: settings.instructions.length,
    catalogueFetchedAt: explanation?.fetchedAt,
    poolSize: explanation?.pool.length,
    leftOut: counts(explanation?.excluded.flatMap(({ rule }) => (rule === "paid" ? [] : [rule])) ?? []),
    quota,
    statistics: router.statistics(),
    lastFailure: isRouterError(error) ? error.reason : undefined,
  };
}

function counts(words: readonly string[]): ReadonlyMap<string, number> {
  const found = new Map<string, number>();
  for (const word of words) found.set(word, (found.get(word) ?? 0) + 1);
  return found;
}
