import * as z from "zod/mini";
import type { Account, AccountState } from "./account";
import type { Answer } from "./answer";
import type { Catalogue } from "./catalogue";
import { type FaultName, isFaultName } from "./faults";
import type { Pace } from "./pace";
import type { ReceivedRequest, RequestReport } from "./receivedRequest";
import type { PersistentStep, FaultMix, RawReply, Step } from "./script";

/** Where a test in another process talks to the simulator itself: `POST` an order, get a report. */
export const controlPath = "/__control";

/** What may be ordered, all of it optional, done in this order. */
export interface ControlRequest {
  reset?: boolean | undefined;
  script?: readonly Step[] | undefined;
  addPersistentStep?: PersistentStep | undefined;
  /** A model, or `true` for all. */
  clearPersistentSteps?: string | true | undefined;
  faultMix?: FaultMix | null | undefined;
  pace?: Partial<Pace> | undefined;
  account?: Partial<AccountState> | undefined;
  catalogue?: { remove?: readonly string[] | undefined; add?: readonly unknown[] | undefined } | undefined;
  /** Lets stalled replies go on. */
  release?: boolean | undefined;
}

export interface ControlReport {
  requests: RequestReport[];
  violations: string[];
  openConnections: number;
}

/** The part of the simulator that takes orders. */
export interface ControlTarget {
  readonly requests: readonly ReceivedRequest[];
  readonly violations: readonly string[];
  readonly openConnections: number;
  readonly account: Account;
  readonly catalogue: Catalogue;
  reset(): void;
  script(...steps: readonly Step[]): void;
  addPersistentStep(affliction: PersistentStep): void;
  clearPersistentSteps(model?: string): void;
  setFaultMix(mix: FaultMix | undefined): void;
  setPace(pace: Partial<Pace>): void;
  release(): void;
}

// A misspelt fault must be told to whoever ordered it; what only travels through is taken for what the client's types say.
const faultName = z.custom<FaultName>((value) => typeof value === "string" && isFaultName(value), {
  error: (issue) => `no such fault: ${String(issue.input)}`,
});
const taken = <T>() => z.custom<T>((value) => typeof value === "object" && value !== null);
const step = z.union([
  z.literal("ok"),
  faultName,
  z.looseObject({ fault: faultName }),
  z.object({ answer: taken<Partial<Answer>>() }),
  z.object({ reply: taken<RawReply>() }),
]);
const shares = z.record(z.string().check(z.refine(isFaultName)), z.number());

const controlOrder = z.strictObject({
  reset: z.optional(z.boolean()),
  script: z.optional(z.array(step)),
  afflict: z.optional(taken<PersistentStep>().check(z.refine((each) => step.safeParse(each.step).success))),
  cure: z.optional(z.union([z.string(), z.literal(true)])),
  mix: z.optional(z.nullable(taken<FaultMix>().check(z.refine((each) => shares.safeParse(each.rates).success)))),
  pace: z.optional(taken<Partial<Pace>>()),
  account: z.optional(taken<Partial<AccountState>>()),
  catalogue: z.optional(z.object({ remove: z.optional(z.array(z.string())), add: z.optional(z.array(z.unknown())) })),
  release: z.optional(z.boolean()),
});

/** Does what another process orders and tells what was seen so far; throws where the order makes no sense. */
export function applyControlRequest(text: unknown, simulator: ControlTarget): ControlReport {
  const order: ControlRequest = controlOrder.parse(text ?? {});
  if (order.reset) simulator.reset();
  if (order.script) simulator.script(...order.script);
  if (order.addPersistentStep) simulator.addPersistentStep(order.addPersistentStep);
  if (order.clearPersistentSteps !== undefined)
    simulator.clearPersistentSteps(order.clearPersistentSteps === true ? undefined : order.clearPersistentSteps);
  if (order.faultMix !== undefined) simulator.setFaultMix(order.faultMix ?? undefined);
  if (order.pace) simulator.setPace(order.pace);
  if (order.account) simulator.account.set(order.account);
  if (order.catalogue?.remove) simulator.catalogue.remove(...order.catalogue.remove);
  if (order.catalogue?.add) simulator.catalogue.add(...order.catalogue.add);
  if (order.release) simulator.release();
  return {
    requests: simulator.requests.map((each) => each.report()),
    violations: [...simulator.violations],
    openConnections: simulator.openConnections,
  };
}

/** A simulator that runs in another process. */
export interface OpenRouterRemote {
  readonly url: string;
  readonly baseUrl: string;
  /** Orders something (or nothing) and resolves to what the simulator has seen so far. */
  control(order?: ControlRequest): Promise<ControlReport>;
}

const controlReport = z.object({
  requests: z.array(taken<RequestReport>()),
  violations: z.array(z.string()),
  openConnections: z.number(),
});

/** The typed client of the control door; `url` is the simulator's origin, `http://127.0.0.1:port`. */
export function connectOpenRouter(url: string): OpenRouterRemote {
  return {
    url,
    baseUrl: `${url}/api/v1`,
    control: async (order = {}) => {
      const response = await fetch(url + controlPath, { method: "POST", body: JSON.stringify(order) });
      if (!response.ok) throw new Error(`the simulator refused an order: ${await response.text()}`);
      return controlReport.parse(await response.json());
    },
  };
}
