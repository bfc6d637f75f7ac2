import * as z from "zod/mini";
import { isLoopbackUrl, serviceDescription, serviceKinds, type ServiceKind, type ServiceUse } from "../router/index";
import { parseBaseUrl, type BaseUrlProblem } from "./baseUrl";

/** A row of `freeModels.services`, as users write it. */
export interface ServiceRow {
  readonly service: ServiceKind;
  readonly baseUrl?: string;
  readonly name?: string;
  readonly automatic?: boolean;
}

/**
 * Why a row is left out. `not-a-service`: an unknown kind or a value of the wrong type. `no-name`: a custom service without a name that
 * has a Latin letter or digit. `name-taken`: another service has its id.
 */
export type ServiceProblem = BaseUrlProblem | "not-a-service" | "no-name" | "name-taken";

export interface RejectedService {
  /** The position in the setting, from 1. */
  readonly position: number;
  readonly problem: ServiceProblem;
}

const rowSchema = z.object({
  service: z.enum(Object.keys(serviceKinds) as ServiceKind[]),
  baseUrl: z.optional(z.string().check(z.maxLength(2_000))),
  name: z.optional(z.string().check(z.maxLength(200))),
  automatic: z.optional(z.boolean()),
});

/** The ids that only their own kind has. */
const reservedIds: ReadonlySet<string> = new Set(["openrouter", ...Object.keys(serviceKinds)]);

/** Reads the setting, which users write by hand. Rows that cannot be used are left out. */
export function parseServices(value: unknown): {
  services: readonly ServiceUse[];
  rejected: readonly RejectedService[];
} {
  const services: ServiceUse[] = [];
  const rejected: RejectedService[] = [];
  for (const [index, row] of (Array.isArray(value) ? (value as unknown[]) : []).entries()) {
    const parsed = parseRow(row);
    if ("problem" in parsed) rejected.push({ position: index + 1, problem: parsed.problem });
    else if (services.some(({ id }) => id === parsed.id)) rejected.push({ position: index + 1, problem: "name-taken" });
    else services.push(parsed);
  }
  return { services, rejected };
}

/** The id of a value in the setting; `undefined` if it is left out. */
export function serviceIdOf(row: unknown): string | undefined {
  const parsed = parseRow(row);
  return "problem" in parsed ? undefined : parsed.id;
}

/** The id of a custom service with this name, in lower case: `My vLLM` becomes `my-vllm`. Empty if nothing of the name is left. */
export function serviceSlug(name: string): string {
  const words =
    name
      .normalize("NFKD")
      .toLowerCase()
      .match(/[a-z0-9]+/g) ?? [];
  return words.join("-").slice(0, 40).replace(/-$/, "");
}

/** The row that `parseServices` reads as this service. */
export function serviceRow({ kind, name, baseUrl, automatic }: Omit<ServiceUse, "id">): ServiceRow {
  const isUsualAddress = baseUrl === serviceDescription(kind).baseUrl;
  return {
    service: kind,
    ...(!isUsualAddress && { baseUrl }),
    ...(name !== undefined && { name }),
    ...(automatic !== isAutomatic(kind, baseUrl, undefined) && { automatic }),
  };
}

function parseRow(row: unknown): ServiceUse | { problem: ServiceProblem } {
  const parsed = rowSchema.safeParse(row);
  if (!parsed.success) return { problem: "not-a-service" };
  const { service: kind, automatic } = parsed.data;
  const address = parseBaseUrl(parsed.data.baseUrl?.trim() || serviceDescription(kind).baseUrl);
  if ("problem" in address) return address;
  const { url: baseUrl } = address;
  const name = parsed.data.name?.trim() || undefined;
  const use = { kind, ...(name && { name }), baseUrl, automatic: isAutomatic(kind, baseUrl, automatic) };
  if (kind !== "custom") return { id: kind, ...use };
  const id = serviceSlug(name ?? "");
  if (id === "") return { problem: "no-name" };
  return reservedIds.has(id) ? { problem: "name-taken" } : { id, ...use };
}

/**
 * Whether the models are asked without being named: on this computer unless the row forbids it. A company's free tier needs the user's
 * confirmation that it cannot charge, and of any other service nothing is known.
 */
function isAutomatic(kind: ServiceKind, baseUrl: string, automatic: boolean | undefined): boolean {
  if (serviceDescription(kind).place === "remote") return automatic === true;
  return isLoopbackUrl(baseUrl) && automatic !== false;
}
