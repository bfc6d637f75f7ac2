import { isLoopbackUrl, serviceDescription, serviceKinds, type ServiceKind, type ServiceUse } from "../router/index";
import { parseBaseUrl, type BaseUrlProblem } from "./baseUrl";
import { serviceSlug } from "./serviceSlug";

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
  if (!isServiceRow(row)) return { problem: "not-a-service" };
  const { service: kind, automatic } = row;
  const address = parseBaseUrl(row.baseUrl?.trim() || serviceDescription(kind).baseUrl);
  if ("problem" in address) return address;
  const { url: baseUrl } = address;
  const name = row.name?.trim() || undefined;
  const use = { kind, ...(name && { name }), baseUrl, automatic: isAutomatic(kind, baseUrl, automatic) };
  if (kind !== "custom") return { id: kind, ...use };
  const id = serviceSlug(name ?? "");
  if (id === "") return { problem: "no-name" };
  return reservedIds.has(id) ? { problem: "name-taken" } : { id, ...use };
}

/** Plain type guards, because the settings are read at activation, where a schema library would cost more than everything else. */
function isServiceRow(row: unknown): row is ServiceRow {
  if (typeof row !== "object" || row === null) return false;
  const { service, baseUrl, name, automatic } = row as Record<string, unknown>;
  return (
    typeof service === "string" &&
    Object.hasOwn(serviceKinds, service) &&
    isText(baseUrl, 2_000) &&
    isText(name, 200) &&
    (automatic === undefined || typeof automatic === "boolean")
  );
}

/** Whether the value is a text of at most this length, or absent. */
function isText(value: unknown, maxLength: number): value is string | undefined {
  return value === undefined || (typeof value === "string" && value.length <= maxLength);
}

/**
 * Whether the models are asked without being named: on this computer unless the row forbids it. A company's free tier needs the user's
 * confirmation that it cannot charge, and of any other service nothing is known.
 */
function isAutomatic(kind: ServiceKind, baseUrl: string, automatic: boolean | undefined): boolean {
  if (serviceDescription(kind).place === "remote") return automatic === true;
  return isLoopbackUrl(baseUrl) && automatic !== false;
}
