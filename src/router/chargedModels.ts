import * as z from "zod/mini";
import type { Log } from "./log";
import type { ModelId } from "./model";
import type { Scope } from "./scope";
import { SharedState } from "./sharedState";
import type { RouterStorage } from "./storage";

/** A model that has cost money although it is listed as free. */
export interface ChargedModel {
  model: ModelId;
  /** The sum of all charges, US dollars. */
  costUsd: number;
  /** The last charge, epoch milliseconds. */
  at: number;
}

const recordSchema = z.object({
  address: z.string(),
  account: z.string(),
  model: z.string(),
  costUsd: z.number(),
  at: z.number(),
});
type ChargedRecord = z.infer<typeof recordSchema>;

/** Models that have charged an account. Unlike refusals, they never end by themselves: only the user brings a model back. */
export class ChargedModels {
  readonly #records: SharedState<readonly ChargedRecord[]>;

  constructor(storage: RouterStorage, log: Log) {
    this.#records = new SharedState<readonly ChargedRecord[]>(storage, "charged", parseRecords, log);
  }

  async sync(): Promise<void> {
    await this.#records.sync();
  }

  async add({ address, account }: Scope, model: ModelId, costUsd: number, at: number): Promise<void> {
    await this.#records.change((records) => {
      const isSame = isRecordOf({ address, account }, model);
      const before = records.find(isSame)?.costUsd ?? 0;
      return [...records.filter((each) => !isSame(each)), { address, account, model, costUsd: before + costUsd, at }];
    });
  }

  /** The charged models of this service and account, the latest charge last. */
  list(scope: Scope): readonly ChargedModel[] {
    return this.#records.value
      .filter((each) => isOfScope(each, scope))
      .map(({ model, costUsd, at }) => ({ model, costUsd, at }));
  }

  isCharged(scope: Scope, model: ModelId): boolean {
    return this.#records.value.length > 0 && this.#records.value.some(isRecordOf(scope, model));
  }

  async bringBack(scope: Scope, model: ModelId): Promise<void> {
    const isSame = isRecordOf(scope, model);
    await this.#records.change((records) => records.filter((each) => !isSame(each)));
  }
}

function isOfScope(record: ChargedRecord, { address, account }: Scope): boolean {
  return record.address === address && record.account === account;
}

function isRecordOf(scope: Scope, model: ModelId): (record: ChargedRecord) => boolean {
  return (record) => record.model === model && isOfScope(record, scope);
}

/** Reads each record by itself, so that an invalid one does not bring back the others. */
function parseRecords(json: unknown): readonly ChargedRecord[] {
  const rows: readonly unknown[] = Array.isArray(json) ? json : [];
  return rows.flatMap((row) => recordSchema.safeParse(row).data ?? []);
}
