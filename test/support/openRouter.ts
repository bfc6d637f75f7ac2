import { Account, type AccountState } from "./openRouter/account";
import { Catalogue, snapshotRows } from "./openRouter/catalogue";
import { answerChat, documentReply } from "./openRouter/chat";
import { parseChatRequest, unknownFields } from "./openRouter/chatRequest";
import { type ControlTarget, controlPath, applyControlRequest } from "./openRouter/control";
import { describeEndpoints, describeGeneration } from "./openRouter/documents";
import { json, type Reply, refusal } from "./openRouter/reply";
import { SignInPages } from "./openRouter/signIn";
import { type PersistentStep, type FaultMix, Script, type Step } from "./openRouter/script";
import type { Pace } from "./simulator/pace";
import type { ReceivedRequest } from "./simulator/receivedRequest";
import { SimulatorServer } from "./simulator/server";

export { faultNames, typicalFaultRates, type FaultName } from "./openRouter/faults";
export { briskPace, realisticPace, immediatePace, type Pace } from "./simulator/pace";
export { isFree, readTestData, snapshotRows, type ModelRow } from "./openRouter/catalogue";
export {
  connectOpenRouter,
  type ControlRequest,
  type ControlReport,
  type OpenRouterRemote,
} from "./openRouter/control";
export type { PersistentStep, FaultMix, Step } from "./openRouter/script";
export type { Answer } from "./openRouter/answer";
export type { ReceivedRequest } from "./simulator/receivedRequest";

export interface OpenRouterOptions {
  /** 0 selects a free port. */
  port?: number;
  /** The clock for the catalogue's expiration dates and the account's limits; `Date.now` by default. */
  now?: () => number;
  /** The random source for answers, `openrouter/free` and pauses; the same sequence by default. */
  random?: () => number;
  /** The accepted keys; by default every key of the form `sk-or-v1-` plus hex digits. */
  keys?: readonly string[];
  /** Unlimited by default. */
  limits?: AccountState["limits"];
  /** The catalogue rows; by default those of the snapshot. Invalid rows are served too. */
  catalogue?: readonly unknown[];
  pace?: Partial<Pace>;
}

/**
 * Starts an OpenRouter simulator on 127.0.0.1. It serves the real catalogue, validates requests as strictly as the
 * service, composes answers without a model, and simulates any fault in `faultNames`. Close it, or use `await using`.
 */
export async function startOpenRouter(options: OpenRouterOptions = {}): Promise<OpenRouter> {
  const server = new OpenRouter(options);
  await server.listen(options.port ?? 0);
  return server;
}

export class OpenRouter extends SimulatorServer implements ControlTarget {
  /** Descriptions of requests that could have cost money or contained unknown fields. */
  readonly violations: string[] = [];
  readonly catalogue: Catalogue;
  readonly account: Account;
  readonly signIn: SignInPages;
  readonly #script: Script;

  constructor(options: OpenRouterOptions) {
    super(options);
    this.#script = new Script(this.now);
    this.catalogue = new Catalogue(options.catalogue ?? snapshotRows(this.now()), this.now);
    this.account = new Account({ keys: options.keys, limits: options.limits }, this.now);
    this.signIn = new SignInPages(this.now, (key) => this.account.addKey(key));
  }

  /** The replacement for `https://openrouter.ai/api/v1`. */
  get baseUrl(): string {
    return `${this.url}/api/v1`;
  }

  /** Plans the next chat requests, one step each, whatever models they name. */
  script(...steps: readonly Step[]): void {
    this.#script.queue(...steps);
  }

  /** Applies a step to a model, or to all models, until it is cleared. */
  addPersistentStep(step: PersistentStep): void {
    this.#script.addPersistentStep(step);
  }

  /** Clears the persistent steps of a model, or of all models. */
  clearPersistentSteps(model?: string): void {
    this.#script.clearPersistentSteps(model);
  }

  /** Makes candidates fail at random; `undefined` turns this off. */
  setFaultMix(mix: FaultMix | undefined): void {
    this.#script.setFaultMix(mix);
  }

  /** Models that currently keep failing with a random fault, so no client could reach them. */
  get modelsWithStickyFault(): string[] {
    return this.#script.modelsWithStickyFault;
  }

  /** Clears planned steps, requests and violations. Keeps the account and the catalogue. */
  reset(): void {
    this.#script.reset();
    this.clearRequests();
    this.violations.length = 0;
  }

  protected override unrecordedReply(received: ReceivedRequest): Reply | undefined {
    return received.path === controlPath ? this.#control(received.body) : undefined;
  }

  protected override reply(received: ReceivedRequest, text: string | undefined): Reply {
    const reply = this.#reply(received, text);
    return { ...reply, headers: { "cf-ray": "simulated", ...reply.headers } };
  }

  #reply(received: ReceivedRequest, text: string | undefined): Reply {
    const path = received.path.replace(/^\/api\/v1/, "");
    const planned = received.isChat ? undefined : documentReply(this.#script.forPath(path), this.now());
    if (planned) return planned;
    switch (`${received.method} ${path}`) {
      case "GET /models":
        return json(200, {
          data: this.catalogue.served,
          total_count: this.catalogue.served.length,
          links: { next: null },
        });
      case "GET /models/user":
        return this.#authenticate(received) ?? json(200, { data: this.catalogue.served });
      case "GET /key":
      case "GET /auth/key":
        return this.#authenticate(received) ?? json(200, this.account.describe());
      case "GET /credits":
        return this.#authenticate(received) ?? refusal(403, "Only management keys can fetch credits");
      case "GET /generation":
        return this.#authenticate(received) ?? describeGeneration(received.query.get("id"), this.requests);
      case "GET /auth":
        return this.signIn.showConsent(received);
      case "GET /auth/grant":
        return this.signIn.grant(received);
      case "POST /auth/keys":
        return this.signIn.exchange(received);
      case "POST /chat/completions":
        return this.#authenticate(received) ?? this.#chat(received, text);
    }
    const endpoints = /^\/models\/(.+)\/endpoints$/.exec(path)?.[1];
    if (received.method === "GET" && endpoints !== undefined) return describeEndpoints(endpoints, this.catalogue);
    return refusal(404, "Not Found");
  }

  #authenticate(received: ReceivedRequest): Reply | undefined {
    return this.account.authenticate(received.headers["authorization"]);
  }

  #chat(received: ReceivedRequest, text: string | undefined): Reply {
    if (text === undefined) return refusal(413, "Request Entity Too Large", { error_type: "payload_too_large" });
    if (received.body === undefined) return refusal(400, "Invalid JSON body");
    const parsed = parseChatRequest(received.body);
    if ("problem" in parsed) return refusal(400, parsed.problem, { error_type: "invalid_request" });
    const { request } = parsed;
    const reportViolation = (text: string): unknown => this.violations.push(text);
    for (const field of unknownFields(request)) reportViolation(`unknown field ${field}`);
    const limited = this.account.countRequest();
    if (limited) return limited;
    return answerChat(request, {
      catalogue: this.catalogue,
      script: this.#script,
      now: this.now,
      random: this.random,
      reportsAttempts: received.headers["x-openrouter-metadata"] === "enabled",
      reportViolation,
    });
  }

  #control(body: unknown): Reply {
    try {
      return json(200, applyControlRequest(body, this));
    } catch (error) {
      return refusal(400, String(error));
    }
  }
}
