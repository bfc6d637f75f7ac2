import { readFileSync } from "node:fs";
import { join } from "node:path";
import * as z from "zod/mini";
import { snapshotDay } from "../clock";
import { projectRoot } from "../projectRoot";

const rowSchema = z.looseObject({
  id: z.string(),
  canonical_slug: z.string(),
  name: z.string(),
  context_length: z.nullable(z.number()),
  architecture: z.looseObject({
    input_modalities: z.array(z.string()),
    output_modalities: z.array(z.string()),
    tokenizer: z.optional(z.nullable(z.string())),
  }),
  pricing: z.looseObject({ prompt: z.string(), completion: z.string() }),
  top_provider: z.looseObject({
    context_length: z.optional(z.nullable(z.number())),
    max_completion_tokens: z.optional(z.nullable(z.number())),
  }),
  supported_parameters: z.array(z.string()),
  expiration_date: z.optional(z.nullable(z.string())),
  reasoning: z.optional(
    z.looseObject({ mandatory: z.optional(z.boolean()), default_enabled: z.optional(z.boolean()) }),
  ),
});

/** The fields of a `GET /models` row that the simulator uses. */
export type ModelRow = z.infer<typeof rowSchema>;

const dayMs = 86_400_000;
const isoDay = (instant: number): string => new Date(instant).toISOString().slice(0, 10);

/** The text of a file in test/data. */
export const readTestData = (name: string): string => readFileSync(join(projectRoot, "test", "data", name), "utf8");

const snapshotSchema = z.object({ data: z.array(rowSchema) });

let snapshot: readonly ModelRow[] | undefined;

/**
 * The rows of the real catalogue of 2026-08-22, as of `now` (epoch milliseconds): expiration dates move by the age of the
 * snapshot, so that a model that expired two days later always has two days left.
 */
export function snapshotRows(now: number): ModelRow[] {
  snapshot ??= snapshotSchema.parse(JSON.parse(readTestData("openrouter-models.json"))).data;
  const age = Math.floor((now - snapshotDay) / dayMs) * dayMs;
  return snapshot.map((row) => {
    const neverExpires = row.expiration_date == null || row.expiration_date >= "2090";
    return neverExpires ? row : { ...row, expiration_date: isoDay(Date.parse(row.expiration_date ?? "") + age) };
  });
}

export const isRouterRow = (row: ModelRow): boolean => row.architecture.tokenizer === "Router";

/** Whether the row is a free text model: both token prices are zero and the only output is text. */
export function isFree(row: ModelRow): boolean {
  const { prompt, completion } = row.pricing;
  return Number(prompt) === 0 && Number(completion) === 0 && row.architecture.output_modalities.join() === "text";
}

/** The catalogue that the simulator serves and routes by. Invalid rows, which some tests add, are served but never routed to. */
export class Catalogue {
  #served: readonly unknown[] = [];
  #rows = new Map<string, ModelRow>();

  constructor(
    rows: readonly unknown[],
    readonly now: () => number,
  ) {
    this.#serve(rows);
  }

  /** Everything that `GET /models` sends. */
  get served(): readonly unknown[] {
    return this.#served;
  }

  get rows(): ModelRow[] {
    return [...this.#rows.values()];
  }

  add(...rows: readonly unknown[]): void {
    this.#serve([...this.#served, ...rows]);
  }

  /** Removes models during a run, as the service does. */
  remove(...ids: readonly string[]): void {
    this.#serve(this.#served.filter((each) => !ids.includes(rowSchema.safeParse(each).data?.id ?? "")));
  }

  /** The row with this id. Routing variants (`:nitro` …) have no rows of their own. */
  find(id: string): ModelRow | undefined {
    return this.#rows.get(id.replace(/:(nitro|floor|exacto|online)$/, ""));
  }

  isExpired(row: ModelRow): boolean {
    return row.expiration_date != null && row.expiration_date < isoDay(this.now());
  }

  #serve(rows: readonly unknown[]): void {
    this.#served = rows;
    this.#rows = new Map(rows.flatMap((each) => rowSchema.safeParse(each).data ?? []).map((row) => [row.id, row]));
  }
}
