import * as z from "zod/mini";
import type { Pace } from "../simulator/pace";
import type { ReceivedRequest, RequestReport } from "../simulator/receivedRequest";
import type { RawReply } from "../simulator/stepPlan";
import type { Account, AccountState } from "./account";
import type { Answer } from "./answer";
import type { Catalogue } from "./catalogue";
import { type FaultName, isFaultName } from "./faults";
import type { FaultMix, PersistentStep, Step } from "./script";

/** The path by which tests in another process control the simulator: `POST` a `ControlRequest`, get a `ControlReport`. */
export const controlPath = "/__control";

/** Changes to make to the simulator. All are optional; they are made in this order. */
export interface ControlRequest {
  reset?: boolean | undefined;
  script?: readonly Step[] | undefined;
  addPersistentStep?: PersistentStep | undefined;
  /** A model id, or `true` for all models. */
  clearPersistentSteps?: string | true | undefined;
  faultMix?: FaultMix | null | undefined;
  pace?: Partial<Pace> | undefined;
  account?: Partial<AccountState> | undefined;
  catalogue?: { remove?: readonly string[] | undefined; add?: readonly unknown[] | undefined } | undefined;
  /** Resumes stalled replies. */
  release?: boolean | undefined;
}

export interface ControlReport {
  requests: RequestReport[];
  violations: string[];
  openConnections: number;
}

/** The parts of the simulator that a `ControlRequest` can change. */
export interface ControlTarget {
  readonly requests: readonly ReceivedRequest[];
  readonly violations: readonly string[];
  readonly openConnections: number;
  readonly account: Account;
  readonly catalogue: Catalogue;
  reset(): void;
  script(...steps: readonly Step[]): void;
  addPersistentStep(step: PersistentStep): void;
  clearPersistentSteps(model?: string): void;
  setFaultMix(mix: FaultMix | undefined): void;
  setPace(pace: Partial<Pace>): void;
  release(): void;
}

// A misspelled fault name must fail the request. Other values come from typed clients and are not checked further.
const faultName = z.custom<FaultName>((value) => typeof value === "string" && isFaultName(value), {
  error: (issue) => `no such fault: ${String(issue.input)}`,
});
const unchecked = <T>() => z.custom<T>((value) => typeof value === "object" && value !== null);
const step = z.union([
  z.literal("ok"),
  faultName,
  z.looseObject({ fault: faultName }),
  z.object({ answer: unchecked<Partial<Answer>>() }),
  z.object({ reply: unchecked<RawReply>() }),
]);
const faultRates = z.record(z.string().check(z.refine(isFaultName)), z.number());

const controlRequest = z.strictObject({
  reset: z.optional(z.boolean()),
  script: z.optional(z.array(step)),
  addPersistentStep: z.optional(
    unchecked<PersistentStep>().check(z.refine((each) => step.safeParse(each.step).success)),
  ),
  clearPersistentSteps: z.optional(z.union([z.string(), z.literal(true)])),
  faultMix: z.optional(
    z.nullable(unchecked<FaultMix>().check(z.refine((each) => faultRates.safeParse(each.rates).success))),
  ),
  pace: z.optional(unchecked<Partial<Pace>>()),
  account: z.optional(unchecked<Partial<AccountState>>()),
  catalogue: z.optional(z.object({ remove: z.optional(z.array(z.string())), add: z.optional(z.array(z.unknown())) })),
  release: z.optional(z.boolean()),
});

/** Applies a control request and reports the state of the simulator. Throws if the request is invalid. */
export function applyControlRequest(body: unknown, simulator: ControlTarget): ControlReport {
  const request: ControlRequest = controlRequest.parse(body ?? {});
  if (request.reset) simulator.reset();
  if (request.script) simulator.script(...request.script);
  if (request.addPersistentStep) simulator.addPersistentStep(request.addPersistentStep);
  if (request.clearPersistentSteps !== undefined)
    simulator.clearPersistentSteps(request.clearPersistentSteps === true ? undefined : request.clearPersistentSteps);
  if (request.faultMix !== undefined) simulator.setFaultMix(request.faultMix ?? undefined);
  if (request.pace) simulator.setPace(request.pace);
  if (request.account) simulator.account.set(request.account);
  if (request.catalogue?.remove) simulator.catalogue.remove(...request.catalogue.remove);
  if (request.catalogue?.add) simulator.catalogue.add(...request.catalogue.add);
  if (request.release) simulator.release();
  return {
    requests: simulator.requests.map((each) => each.report()),
    violations: [...simulator.violations],
    openConnections: simulator.openConnections,
  };
}

/** A client for a simulator in another process. */
export interface OpenRouterRemote {
  readonly url: string;
  readonly baseUrl: string;
  /** Makes the changes, if any, and resolves to the current state of the simulator. */
  control(request?: ControlRequest): Promise<ControlReport>;
}

const controlReport = z.object({
  requests: z.array(unchecked<RequestReport>()),
  violations: z.array(z.string()),
  openConnections: z.number(),
});

/** Creates a client for the simulator at `url`, an origin such as `http://127.0.0.1:1234`. */
export function connectOpenRouter(url: string): OpenRouterRemote {
  return {
    url,
    baseUrl: `${url}/api/v1`,
    control: async (request = {}) => {
      const response = await fetch(url + controlPath, { method: "POST", body: JSON.stringify(request) });
      if (!response.ok) throw new Error(`the simulator rejected a control request: ${await response.text()}`);
      return controlReport.parse(await response.json());
    },
  };
}
