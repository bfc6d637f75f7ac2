import { fetchDocument } from "../fetchDocument";
import { isRecord } from "../json";
import type { ServiceUse } from "../settings";
import { compatibleRefusal } from "./compatibleRefusal";
import { dataRows } from "./openAiCompatible";
import type { ServiceKind } from "./serviceKinds";

export interface FindOptions {
  readonly fetch: typeof fetch;
  readonly now: () => number;
}

/** What a server answers to a path; `undefined` if nothing, or not in time. */
type Ask = (path: string) => Promise<unknown>;

interface KnownPort {
  readonly kind: ServiceKind;
  readonly port: number;
  readonly answers: (ask: Ask) => Promise<boolean>;
}

const timeoutMs = 300;

/** llama.cpp announced in August 2026 that its port moves from 8080 to 9931. */
const knownPorts: readonly KnownPort[] = [
  { kind: "ollama", port: 11434, answers: isOllama },
  { kind: "lmstudio", port: 1234, answers: isLmStudio },
  { kind: "llamacpp", port: 8080, answers: isLlamaCpp },
  { kind: "llamacpp", port: 9931, answers: isLlamaCpp },
];

/**
 * The local servers that run on this machine, at their usual ports. Sends no credentials and loads no model. Only for a user who asks for
 * it.
 */
export async function findLocalServers({ fetch, now }: FindOptions): Promise<ServiceUse[]> {
  const found = await Promise.all(
    knownPorts.map(async ({ kind, port, answers }) => {
      const origin = `http://127.0.0.1:${port}`;
      const ask: Ask = (path) => askOnce(fetch, `${origin}${path}`, now());
      return (await answers(ask)) ? [{ kind, port, baseUrl: `${origin}/v1` }] : [];
    }),
  );
  return found.flat().map(({ kind, port, baseUrl }, index, all) => {
    const isFirst = all.findIndex((each) => each.kind === kind) === index;
    return { id: isFirst ? kind : `${kind}-${port}`, kind, baseUrl, automatic: true };
  });
}

/** The document with any status: a server that is loading answers 503. */
function askOnce(fetch: typeof globalThis.fetch, url: string, now: number): Promise<unknown> {
  let refused: unknown;
  const readRefusal = (refusal: Parameters<typeof compatibleRefusal>[0]) => {
    refused = refusal.body;
    return compatibleRefusal(refusal, []);
  };
  return fetchDocument(fetch, { url, now, timeoutMs, readRefusal }, (document) => document).catch(() => refused);
}

/** Earlier versions of llama.cpp answered `/api/tags` too, but not `/api/version`. */
async function isOllama(ask: Ask): Promise<boolean> {
  const version = await ask("/api/version");
  if (!isRecord(version) || typeof version["version"] !== "string") return false;
  const rows = rowsOf(await ask("/api/tags"));
  return rows?.every((row) => isRecord(row) && typeof row["digest"] === "string") ?? false;
}

/** It answers 200 to every path, so only the rows tell. */
async function isLmStudio(ask: Ask): Promise<boolean> {
  const rows = rowsOf(await ask("/api/v1/models"));
  if (rows) return rows.every((row) => isRecord(row) && "key" in row && "loaded_instances" in row);
  const oldRows = dataRows(await ask("/api/v0/models"));
  return oldRows?.every((row) => isRecord(row) && "state" in row) ?? false;
}

/** Port 8080 is popular: only its properties, or its own words while it loads, tell. */
async function isLlamaCpp(ask: Ask): Promise<boolean> {
  const props = await ask("/props?autoload=false");
  if (!isRecord(props)) return false;
  const { error } = props;
  return typeof props["total_slots"] === "number" || (isRecord(error) && error["message"] === "Loading model");
}

function rowsOf(document: unknown): readonly unknown[] | undefined {
  return isRecord(document) && Array.isArray(document["models"]) ? document["models"] : undefined;
}
