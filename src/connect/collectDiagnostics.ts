import * as vscode from "vscode";
import type { ApiKey } from "../config/apiKey";
import type { DiagnosticsData } from "./formatDiagnostics";
import type { Settings } from "../config/settings";
import { withTimeout } from "../lifecycle";
import { isRouterError, type Router } from "../router/index";

export interface DiagnosticsDependencies {
  /** The version of this extension. */
  version: string;
  settings: Settings;
  apiKey: Pick<ApiKey, "source">;
  router: Pick<Router, "explain" | "quota" | "services" | "statistics">;
  /** The error of the last completion, if it failed. */
  lastError: () => unknown;
}

const timeoutMs = 3_000;

/** Collects the data for a report. Data that is not available quickly is left out: the network may be the problem being reported. */
export async function collectDiagnostics(dependencies: DiagnosticsDependencies): Promise<DiagnosticsData> {
  const { settings, router } = dependencies;
  const textRequest = { messages: [{ role: "user" as const, content: "" }] };
  const hasOthers = settings.services.services.length > 0;
  const [keySource, explanation, quota, services] = await Promise.all([
    dependencies.apiKey.source(),
    withTimeout(timeoutMs, router.explain(textRequest)),
    withTimeout(timeoutMs, router.quota()),
    hasOthers ? withTimeout(timeoutMs, router.services()) : undefined,
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
    instructionsLength: settings.instructions.length + settings.workspaceInstructions.length,
    catalogueFetchedAt: explanation?.fetchedAt,
    poolSize: explanation?.pool.length,
    excludedByRule: countValues(explanation?.excluded.flatMap(({ rule }) => (rule === "paid" ? [] : [rule])) ?? []),
    quota,
    services,
    statistics: router.statistics(),
    lastFailure: isRouterError(error) ? error.reason : undefined,
  };
}

function countValues(values: readonly string[]): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  for (const value of values) counts.set(value, (counts.get(value) ?? 0) + 1);
  return counts;
}
