import type * as vscode from "vscode";
import { section, settings as ids } from "../manifest";
import type { Disposable } from "../lifecycle";
import { defaultSettings as defaults, type ModelId, type RouterSettings, type Strategy } from "../router/index";
import { acceptBaseUrl, type BaseUrlRefusal } from "./baseUrl";

export type Transport = "vscode" | "undici";

/** What VS Code's own `http.*` settings say, for the transport that does not go through VS Code. */
export interface NetworkSettings {
  /** `http.proxy`; undefined leaves it to the environment. */
  proxy: string | undefined;
  /** Value of the `Proxy-Authorization` header. */
  proxyAuthorization: string | undefined;
  /** Hosts that are reached directly. */
  noProxy: readonly string[];
  /** False when the user turned proxies off. */
  useProxy: boolean;
  /** False when the proxy's own certificate need not be known. */
  strictProxyCertificate: boolean;
  /** False when the system's certificates are not wanted. */
  systemCertificates: boolean;
}

/** The part of `vscode.workspace` that is used here. */
export interface SettingsSource {
  getConfiguration(): Pick<vscode.WorkspaceConfiguration, "get" | "inspect" | "update">;
  onDidChangeConfiguration(listener: (change: { affectsConfiguration(section: string): boolean }) => void): Disposable;
}

const strategies: readonly Strategy[] = ["random", "adaptive", "server", "pinned", "fallbacks"];

/**
 * The user's settings as typed values, read anew at every access. settings.json is typed by hand: a value of the wrong kind counts
 * as absent, a number out of range as the nearest allowed.
 */
export class Settings {
  constructor(private readonly workspace: SettingsSource) {}

  get router(): RouterSettings {
    return {
      baseUrl: this.baseUrl.url,
      strategy: this.#oneOf(ids.strategy, strategies, defaults.strategy),
      pinnedModel: this.#text(ids.pinnedModel) || undefined,
      fallbacks: this.#texts(ids.fallbacks),
      exclude: this.#exclude,
      includePreviewModels: this.#includePreviewModels,
      dataCollection: this.#dataCollection,
      serverFallbacks: this.#flag(ids.serverFallbacks, defaults.serverFallbacks),
      maxAttempts: Math.round(this.#number(ids.maxAttempts, defaults.maxAttempts, 1, 8)),
      firstContentMs: this.#milliseconds(ids.firstContentTimeout, defaults.firstContentMs, 1),
      betweenContentsMs: this.#milliseconds(ids.betweenContentsTimeout, defaults.betweenContentsMs, 1),
      hedgeAfterMs: this.#milliseconds(ids.hedgeAfter, defaults.hedgeAfterMs, 0),
      requestsPerMinute: Math.round(this.#number(ids.requestsPerMinute, defaults.requestsPerMinute, 1, 1000)),
    };
  }

  // A workspace, whose settings its author wrote, may forbid what the user allows, but not allow what the user forbids.

  get #exclude(): readonly string[] {
    return [...new Set([...texts(this.#ofUser(ids.exclude)), ...this.#texts(ids.exclude)])];
  }

  /** Their makers keep what is sent, and unless the user says otherwise they are not used. */
  get #includePreviewModels(): boolean {
    return this.#ofUser(ids.includePreviewModels) === true && this.#flag(ids.includePreviewModels, true);
  }

  get #dataCollection(): RouterSettings["dataCollection"] {
    return this.#ofUser(ids.dataCollection) === "deny"
      ? "deny"
      : this.#oneOf(ids.dataCollection, ["allow", "deny"], defaults.dataCollection);
  }

  /** The address in use, and why the user's own was not taken where it was not. */
  get baseUrl(): { url: string; refused?: { text: string; refusal: BaseUrlRefusal } } {
    const text = this.#text(ids.baseUrl) || defaults.baseUrl;
    const accepted = acceptBaseUrl(text);
    return "url" in accepted ? accepted : { url: defaults.baseUrl, refused: { text, refusal: accepted.refusal } };
  }

  get transport(): Transport {
    return this.#oneOf(ids.transport, ["vscode", "undici"], "vscode");
  }

  /** The user's own words for every model; empty where there are none. */
  get instructions(): string {
    return this.#text(ids.instructions);
  }

  /** Whether a workspace's AGENTS.md goes with its questions. */
  get usesProjectInstructions(): boolean {
    return this.#flag(ids.projectInstructions, true);
  }

  get network(): NetworkSettings {
    return {
      proxy: this.#text("http.proxy") || undefined,
      proxyAuthorization: this.#text("http.proxyAuthorization") || undefined,
      noProxy: this.#texts("http.noProxy"),
      useProxy: this.#text("http.proxySupport") !== "off",
      strictProxyCertificate: this.#flag("http.proxyStrictSSL", true),
      systemCertificates: this.#flag("http.systemCertificates", true),
    };
  }

  /** Writes how the next models are chosen, where the user keeps that already (a workspace, or everywhere). */
  async choose(strategy: Strategy, pinnedModel?: ModelId): Promise<void> {
    if (pinnedModel !== undefined) await this.#write(ids.pinnedModel, pinnedModel);
    await this.#write(ids.strategy, strategy);
  }

  /** Writes which way requests take to the network. */
  async useTransport(transport: Transport): Promise<void> {
    await this.#write(ids.transport, transport);
  }

  /** Writes that a model is never to be used, or may be again: then both the user's list and the workspace's must be without it. */
  async exclude(model: ModelId, excluded: boolean): Promise<void> {
    const { exclude: present, strategy, pinnedModel } = this.router;
    if (present.includes(model) === excluded) return;
    if (excluded) {
      if (strategy === "pinned" && pinnedModel === model) await this.choose("random");
      await this.#write(ids.exclude, [...this.#texts(ids.exclude), model]);
      return;
    }
    const configuration = this.workspace.getConfiguration();
    const takeFrom = async (value: unknown, ofUser: boolean): Promise<void> => {
      const rest = texts(value).filter((each) => each !== model);
      if (rest.length < texts(value).length) await configuration.update(ids.exclude, rest, ofUser);
    };
    const { globalValue, workspaceValue } = configuration.inspect<unknown>(ids.exclude) ?? {};
    await takeFrom(globalValue, true);
    await takeFrom(workspaceValue, false);
  }

  /** Tells when any of ours may have changed. */
  onDidChange(listener: () => void): Disposable {
    return this.workspace.onDidChangeConfiguration((change) => {
      if (change.affectsConfiguration(section)) listener();
    });
  }

  async #write(id: string, value: unknown): Promise<void> {
    const configuration = this.workspace.getConfiguration();
    const inWorkspace = configuration.inspect(id)?.workspaceValue !== undefined;
    await configuration.update(id, value, !inWorkspace); // true: for all workspaces
  }

  #value(id: string): unknown {
    return this.workspace.getConfiguration().get(id);
  }

  /** What the user's own settings say, whatever the workspace's do. */
  #ofUser(id: string): unknown {
    return this.workspace.getConfiguration().inspect<unknown>(id)?.globalValue;
  }

  #text(id: string): string {
    const value = this.#value(id);
    return typeof value === "string" ? value.trim() : "";
  }

  #texts(id: string): readonly string[] {
    return texts(this.#value(id));
  }

  #flag(id: string, fallback: boolean): boolean {
    const value = this.#value(id);
    return typeof value === "boolean" ? value : fallback;
  }

  #number(id: string, fallback: number, least: number, most: number): number {
    const value = this.#value(id);
    if (typeof value !== "number" || Number.isNaN(value)) return fallback;
    return Math.min(most, Math.max(least, value));
  }

  /** From a setting in seconds, which is what people think in. */
  #milliseconds(id: string, fallback: number, leastSeconds: number): number {
    return this.#number(id, fallback / 1000, leastSeconds, 600) * 1000;
  }

  #oneOf<T extends string>(id: string, allowed: readonly T[], fallback: T): T {
    const value = this.#value(id);
    return allowed.find((each) => each === value) ?? fallback;
  }
}

/** The texts of a list, trimmed, each once. */
function texts(value: unknown): readonly string[] {
  if (!Array.isArray(value)) return [];
  const found = value.filter((each): each is string => typeof each === "string").map((each) => each.trim());
  return [...new Set(found)].filter(Boolean);
}
