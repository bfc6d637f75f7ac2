import type * as vscode from "vscode";
import { section, settings as ids } from "../manifest";
import { DisposableStore, type Disposable } from "../lifecycle";
import {
  defaultSettings as defaults,
  type ModelId,
  isLoopbackUrl,
  type RouterSettings,
  type ServiceId,
  type ServiceOrder,
  type ServiceUse,
  type Strategy,
} from "../router/index";
import { parseBaseUrl, type BaseUrlProblem } from "./baseUrl";
import { parseServiceOrder, strictestOrder, type WorkspaceServiceOrder } from "./serviceOrder";
import { parseServices, serviceIdOf, serviceRow, type RejectedService } from "./serviceSettings";

export type Transport = "vscode" | "undici";

/** VS Code's own `http.*` settings, for the transport that bypasses VS Code. */
export interface NetworkSettings {
  /** `http.proxy`; `undefined` falls back to the environment variables. */
  proxy: string | undefined;
  /** The value of the `Proxy-Authorization` header. */
  proxyAuthorization: string | undefined;
  /** Hosts that bypass the proxy. */
  noProxy: readonly string[];
  /** False if the user has disabled proxy support. */
  useProxy: boolean;
  /** False to accept any certificate from the proxy. */
  strictProxyCertificate: boolean;
  /** False to ignore the certificates of the operating system. */
  systemCertificates: boolean;
}

/** The part of `vscode.workspace` that is used here. */
export interface SettingsSource {
  getConfiguration(): Pick<vscode.WorkspaceConfiguration, "get" | "inspect" | "update">;
  onDidChangeConfiguration(listener: (change: { affectsConfiguration(section: string): boolean }) => void): Disposable;
}

const strategies: readonly Strategy[] = ["random", "adaptive", "server", "pinned", "fallbacks"];

/**
 * The user's settings as typed values, read on every access. Since users edit settings.json by hand, values of the wrong type count as absent and
 * numbers are clamped to the allowed range.
 */
export class Settings {
  readonly #workspace: SettingsSource;
  readonly #chosenOrder: WorkspaceServiceOrder | undefined;

  /** `chosenOrder`: the order of services that the user chose for the open workspace. */
  constructor(workspace: SettingsSource, chosenOrder?: WorkspaceServiceOrder) {
    this.#workspace = workspace;
    this.#chosenOrder = chosenOrder;
  }

  get router(): RouterSettings {
    return {
      baseUrl: this.baseUrl.url,
      strategy: this.#oneOf(ids.strategy, strategies, defaults.strategy),
      pinnedModel: this.#string(ids.pinnedModel) || undefined,
      fallbacks: this.#strings(ids.fallbacks),
      exclude: this.#exclude,
      includePreviewModels: this.#includePreviewModels,
      dataCollection: this.#dataCollection,
      serverFallbacks: this.#boolean(ids.serverFallbacks, defaults.serverFallbacks),
      maxAttempts: Math.round(this.#number(ids.maxAttempts, defaults.maxAttempts, 1, 8)),
      firstContentMs: this.#milliseconds(ids.firstContentTimeout, defaults.firstContentMs, 1),
      betweenContentsMs: this.#milliseconds(ids.betweenContentsTimeout, defaults.betweenContentsMs, 1),
      hedgeAfterMs: this.#hedgeAfterMs,
      requestsPerMinute: Math.round(this.#number(ids.requestsPerMinute, defaults.requestsPerMinute, 1, 1000)),
      services: this.services.services,
      serviceOrder: this.serviceOrder,
    };
  }

  /** `auto`, `never`, or seconds as text. Version 0.1.0 stored a number of seconds, with 0 for never. */
  get #hedgeAfterMs(): RouterSettings["hedgeAfterMs"] {
    const value = this.#workspace.getConfiguration().get<unknown>(ids.hedgeAfter);
    if (value === "never") return 0;
    const seconds = typeof value === "string" && value.trim() !== "" ? Number(value.replace(",", ".")) : value;
    return typeof seconds === "number" && Number.isFinite(seconds) && seconds >= 0 ? seconds * 1_000 : "auto";
  }

  // A workspace may have been written by others: its settings may forbid what the user allows, but not allow what the user forbids.

  get #exclude(): readonly string[] {
    return [...new Set([...toStrings(this.#userValue(ids.exclude)), ...this.#strings(ids.exclude)])];
  }

  /** Off by default, since the providers of preview models store what is sent. Only the user can turn it on. */
  get #includePreviewModels(): boolean {
    return this.#userValue(ids.includePreviewModels) === true && this.#boolean(ids.includePreviewModels, true);
  }

  get #dataCollection(): RouterSettings["dataCollection"] {
    return this.#userValue(ids.dataCollection) === "deny"
      ? "deny"
      : this.#oneOf(ids.dataCollection, ["allow", "deny"], defaults.dataCollection);
  }

  /** The services beside OpenRouter, and the rows that are left out. Only the user settings count, since services get questions and keys. */
  get services(): { services: readonly ServiceUse[]; rejected: readonly RejectedService[] } {
    return parseServices(this.#userValue(ids.services));
  }

  /** How many requests an agent in VS Code's chat may send for one question before the user is asked. */
  get agentRequests(): number {
    return Math.round(this.#number(ids.agentRequests, 12, 1, 200));
  }

  /** How many rounds of tool calls a question about the project may take; 0 for none. Only the user settings count. */
  get projectRounds(): number {
    const value = this.#userValue(ids.projectRounds);
    return typeof value === "number" && !Number.isNaN(value) ? Math.round(Math.min(8, Math.max(0, value))) : 3;
  }

  /** Whether the service with this id runs on this computer. OpenRouter counts its requests wherever it is asked. */
  isLocalService(service: ServiceId): boolean {
    const use = this.services.services.find(({ id }) => id === service);
    return use !== undefined && isLoopbackUrl(use.baseUrl);
  }

  /** Whether a service on this computer is in use. */
  get hasLocalServices(): boolean {
    return this.services.services.some(({ baseUrl }) => isLoopbackUrl(baseUrl));
  }

  /**
   * The stricter of the user's order and the workspace's. The user's choice for one workspace replaces the order in the user settings,
   * but not *Only local*, which is a promise.
   */
  get serviceOrder(): ServiceOrder {
    const user = parseServiceOrder(this.#userValue(ids.serviceOrder));
    const here = user === "only-local" ? user : (this.#chosenOrder?.get() ?? user);
    return strictestOrder([here, parseServiceOrder(this.#workspaceValue(ids.serviceOrder))]);
  }

  /** Whether nothing may leave this computer. */
  get isOnlyLocal(): boolean {
    return this.serviceOrder === "only-local";
  }

  /** The API address in use, and the user's own if it was rejected. Only the user settings count, since it gets the API key. */
  get baseUrl(): { url: string; rejected?: { text: string; problem: BaseUrlProblem } } {
    const value = this.#userValue(ids.baseUrl);
    const text = (typeof value === "string" && value.trim()) || defaults.baseUrl;
    const parsed = parseBaseUrl(text);
    return "url" in parsed ? parsed : { url: defaults.baseUrl, rejected: { text, problem: parsed.problem } };
  }

  /** Whether the user or the workspace chose a strategy. */
  get isStrategySet(): boolean {
    const values = this.#workspace.getConfiguration().inspect<unknown>(ids.strategy);
    return [values?.globalValue, values?.workspaceValue].some((value) => value !== undefined);
  }

  get transport(): Transport {
    return this.#oneOf(ids.transport, ["vscode", "undici"], "vscode");
  }

  /** The user's custom instructions for all models; may be empty. */
  get instructions(): string {
    const value = this.#userValue(ids.instructions);
    return typeof value === "string" ? value.trim() : "";
  }

  /** Instructions in the workspace's settings, which others may have written; may be empty. VS Code hides them in untrusted workspaces. */
  get workspaceInstructions(): string {
    const value = this.#workspaceValue(ids.instructions);
    return typeof value === "string" ? value.trim() : "";
  }

  /** Whether questions include the workspace's AGENTS.md. */
  get usesProjectInstructions(): boolean {
    return this.#boolean(ids.projectInstructions, true);
  }

  get network(): NetworkSettings {
    return {
      proxy: this.#string("http.proxy") || undefined,
      proxyAuthorization: this.#string("http.proxyAuthorization") || undefined,
      noProxy: this.#strings("http.noProxy"),
      useProxy: this.#string("http.proxySupport") !== "off",
      strictProxyCertificate: this.#boolean("http.proxyStrictSSL", true),
      systemCertificates: this.#boolean("http.systemCertificates", true),
    };
  }

  /** Saves the strategy, and optionally the pinned model, in the workspace if they are set there, otherwise in the user settings. */
  async setStrategy(strategy: Strategy, pinnedModel?: ModelId): Promise<void> {
    if (pinnedModel !== undefined) await this.#write(ids.pinnedModel, pinnedModel);
    await this.#write(ids.strategy, strategy);
  }

  /** Saves how requests reach the network. */
  async setTransport(transport: Transport): Promise<void> {
    await this.#write(ids.transport, transport);
  }

  /** Excludes a model or includes it again. Including removes it from both the user's and the workspace's list. */
  async setExcluded(model: ModelId, excluded: boolean): Promise<void> {
    const { exclude: current, strategy, pinnedModel } = this.router;
    if (current.includes(model) === excluded) return;
    if (excluded) {
      if (strategy === "pinned" && pinnedModel === model) await this.setStrategy("random");
      await this.#write(ids.exclude, [...this.#strings(ids.exclude), model]);
      return;
    }
    const configuration = this.#workspace.getConfiguration();
    const removeFrom = async (value: unknown, isUserSetting: boolean): Promise<void> => {
      const remaining = toStrings(value).filter((id) => id !== model);
      if (remaining.length < toStrings(value).length) await configuration.update(ids.exclude, remaining, isUserSetting);
    };
    const { globalValue, workspaceValue } = configuration.inspect<unknown>(ids.exclude) ?? {};
    await removeFrom(globalValue, true);
    await removeFrom(workspaceValue, false);
  }

  /** Lets a service join the pool. Replaces the one with its id. */
  async addService(use: Omit<ServiceUse, "id">): Promise<void> {
    const row = serviceRow(use);
    const id = serviceIdOf(row);
    const others = this.#serviceRows.filter((each) => serviceIdOf(each) !== id);
    await this.#workspace.getConfiguration().update(ids.services, [...others, row], true);
  }

  /** Takes a service out of the pool. `forgetService` also forgets its key and its pin. */
  async removeService(id: ServiceId): Promise<void> {
    const remaining = this.#serviceRows.filter((row) => serviceIdOf(row) !== id);
    if (remaining.length < this.#serviceRows.length)
      await this.#workspace.getConfiguration().update(ids.services, remaining, true);
  }

  /** Saves the order for all workspaces, or only for the open one. */
  async setServiceOrder(order: ServiceOrder, where: "everywhere" | "here" = "everywhere"): Promise<void> {
    if (where === "here") return this.#chosenOrder?.set(order);
    await this.#workspace.getConfiguration().update(ids.serviceOrder, order, true);
    await this.#chosenOrder?.set(undefined);
  }

  /** Fires when any setting of this extension may have changed. */
  onDidChange(listener: () => void): Disposable {
    const subscriptions = new DisposableStore();
    if (this.#chosenOrder) subscriptions.add(this.#chosenOrder.onDidChange(listener));
    subscriptions.add(
      this.#workspace.onDidChangeConfiguration((change) => {
        if (change.affectsConfiguration(section)) listener();
      }),
    );
    return subscriptions;
  }

  get #serviceRows(): readonly unknown[] {
    const rows = this.#userValue(ids.services);
    return Array.isArray(rows) ? (rows as unknown[]) : [];
  }

  async #write(id: string, value: unknown): Promise<void> {
    const configuration = this.#workspace.getConfiguration();
    const inWorkspace = configuration.inspect(id)?.workspaceValue !== undefined;
    await configuration.update(id, value, !inWorkspace); // `true` writes the user settings.
  }

  #value(id: string): unknown {
    return this.#workspace.getConfiguration().get(id);
  }

  /** The value in the user settings, ignoring the workspace. */
  #userValue(id: string): unknown {
    return this.#workspace.getConfiguration().inspect<unknown>(id)?.globalValue;
  }

  /** The value in the workspace's settings, which others may have written. */
  #workspaceValue(id: string): unknown {
    return this.#workspace.getConfiguration().inspect<unknown>(id)?.workspaceValue;
  }

  #string(id: string): string {
    const value = this.#value(id);
    return typeof value === "string" ? value.trim() : "";
  }

  #strings(id: string): readonly string[] {
    return toStrings(this.#value(id));
  }

  #boolean(id: string, fallback: boolean): boolean {
    const value = this.#value(id);
    return typeof value === "boolean" ? value : fallback;
  }

  #number(id: string, fallback: number, min: number, max: number): number {
    const value = this.#value(id);
    if (typeof value !== "number" || Number.isNaN(value)) return fallback;
    return Math.min(max, Math.max(min, value));
  }

  /** Converts a setting in seconds, the more natural unit for users, to milliseconds. */
  #milliseconds(id: string, fallback: number, minSeconds: number): number {
    return this.#number(id, fallback / 1000, minSeconds, 600) * 1000;
  }

  #oneOf<T extends string>(id: string, allowed: readonly T[], fallback: T): T {
    const value = this.#value(id);
    return allowed.find((option) => option === value) ?? fallback;
  }
}

/** The distinct, trimmed, nonempty strings of an array. */
function toStrings(value: unknown): readonly string[] {
  if (!Array.isArray(value)) return [];
  const strings = value.filter((item): item is string => typeof item === "string").map((item) => item.trim());
  return [...new Set(strings)].filter(Boolean);
}
