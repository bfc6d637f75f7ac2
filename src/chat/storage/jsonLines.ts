import { constants } from "node:fs";
import { appendFile, open, rename, stat, writeFile, type FileHandle } from "node:fs/promises";

/** The content of a log file. */
export interface LogContent<T> {
  readonly values: readonly T[];
  /** Bytes of records that are not valid JSON, because of a crash or a disk error. */
  readonly damagedBytes: number;
  /** Number of valid JSON records of an unknown type, written by a newer version. */
  readonly unknown: number;
}

/** Records that other processes appended since the last read; `replaced` if the file was rewritten and must be read again. */
export type ForeignRecords<T> = readonly T[] | "replaced";

/**
 * An append-only file of JSON records; only `replace` rewrites it. Several processes can append at the same time.
 * Each record is written as "\n" + JSON: a record torn by a crash ends where the next one starts, so it damages no other
 * record and the file needs no repair before the next write. Calls run in order.
 */
export class JsonLinesFile<T> {
  readonly path: string;
  readonly #parse: (value: unknown) => T | undefined;
  /** The file as of the last access. */
  #inode = 0;
  #size = 0;
  /** Offset up to which records have been read: the size, unless the last record is torn. */
  #readUpTo = 0;
  #queue: Promise<unknown> = Promise.resolve();

  /** `parse` returns `undefined` for a record of an unknown type. */
  constructor(path: string, parse: (value: unknown) => T | undefined) {
    this.path = path;
    this.#parse = parse;
  }

  /** Whether the file existed at the last access. */
  get existed(): boolean {
    return this.#inode !== 0;
  }

  /** Reads the whole file. A missing file has no records. */
  read(): Promise<LogContent<T>> {
    return this.#enqueue(async () => {
      const file = await open(this.path, "r").catch(ignoreMissing);
      if (!file) return { values: [], damagedBytes: 0, unknown: 0 };
      try {
        const bytes = await readFrom(file, 0);
        const { tornTail, ...content } = this.#decode(bytes);
        this.#inode = (await file.stat()).ino;
        this.#size = bytes.length;
        this.#readUpTo = bytes.length - tornTail;
        return content;
      } finally {
        await file.close();
      }
    });
  }

  /**
   * Appends records in one write: all of them, or none if it fails. The folder must exist. Creates the file if it never existed; if
   * it was deleted, rejects with `ENOENT` unless `recreate` is set.
   */
  append(values: readonly T[], { recreate = false }: { recreate?: boolean } = {}): Promise<ForeignRecords<T>> {
    return this.#enqueue(async () => {
      const bytes = encode(values);
      const create = recreate || !this.existed ? constants.O_CREAT : 0;
      const file = await open(this.path, constants.O_RDWR | constants.O_APPEND | create);
      try {
        const { size } = await file.stat();
        await file.appendFile(bytes).catch(async (error: unknown) => {
          await undoPartialWrite(file, size, bytes);
          throw error;
        });
        return await this.#readForeign(file, bytes);
      } finally {
        await file.close();
      }
    });
  }

  /** Reads what other processes appended since the last access. */
  refresh(): Promise<ForeignRecords<T>> {
    return this.#enqueue(async () => {
      const file = await open(this.path, "r").catch(ignoreMissing);
      if (!file) return [];
      try {
        return await this.#readForeign(file, Buffer.of());
      } finally {
        await file.close();
      }
    });
  }

  /**
   * Atomically replaces the file with these records. Returns `false` and does nothing if other processes wrote since the last
   * access, because `values` cannot include their records.
   */
  replace(values: readonly T[]): Promise<boolean> {
    return this.#enqueue(async () => {
      const before = await open(this.path, "r").catch(ignoreMissing);
      try {
        const seen = await before?.stat();
        if (seen && (seen.ino !== this.#inode || seen.size !== this.#size)) return false;
        const bytes = encode(values);
        const temporary = `${this.path}.${process.pid}.new`;
        await writeFile(temporary, bytes);
        await rename(temporary, this.path);
        this.#inode = (await stat(this.path)).ino;
        this.#size = this.#readUpTo = bytes.length;
        if (before && seen) await this.#carryOver(before, seen.size);
        return true;
      } finally {
        await before?.close();
      }
    });
  }

  /** Copies what another process appended to the old file while the new one was written. */
  async #carryOver(before: FileHandle, offset: number): Promise<void> {
    const appended = await readFrom(before, offset);
    if (appended.length > 0) await appendFile(this.path, appended);
  }

  /** Reads what was appended since the last access, except `own`, which was just written. */
  async #readForeign(file: FileHandle, own: Buffer): Promise<ForeignRecords<T>> {
    const { ino, size } = await file.stat();
    const start = this.#readUpTo;
    const replaced = this.#inode !== 0 && (ino !== this.#inode || size < start);
    this.#inode = ino;
    this.#size = this.#readUpTo = size;
    if (replaced) return "replaced";
    if (size === start + own.length) return [];
    const bytes = await readFrom(file, start);
    const ownOffset = own.length === 0 ? 0 : Math.max(bytes.indexOf(own), 0);
    const after = this.#decode(bytes.subarray(ownOffset + own.length));
    // Another process may still be writing the last record, which is read again next time.
    this.#readUpTo -= after.tornTail;
    return [...this.#decode(bytes.subarray(0, ownOffset)).values, ...after.values];
  }

  #decode(bytes: Buffer): LogContent<T> & { tornTail: number } {
    const values: T[] = [];
    const content = { values, damagedBytes: 0, unknown: 0, tornTail: 0 };
    let start = 0;
    while (start < bytes.length) {
      const newline = bytes.indexOf(lineFeed, start);
      const end = newline < 0 ? bytes.length : newline;
      const record = parseRecord(bytes, start, end);
      const value = record === torn || record === undefined ? undefined : this.#parse(record);
      if (record === torn) {
        content.damagedBytes += end - start;
        if (newline < 0) content.tornTail = end - start;
      } else if (value !== undefined) values.push(value);
      else if (end > start) content.unknown += 1;
      start = end + 1;
    }
    return content;
  }

  #enqueue<R>(run: () => Promise<R>): Promise<R> {
    const result = this.#queue.then(run);
    this.#queue = result.catch(() => undefined);
    return result;
  }
}

const lineFeed = 0x0a;
const torn = Symbol("torn");

function parseRecord(bytes: Buffer, start: number, end: number): unknown {
  if (start === end) return undefined;
  try {
    return JSON.parse(bytes.toString("utf8", start, end));
  } catch {
    return torn;
  }
}

function encode(records: readonly unknown[]): Buffer {
  return Buffer.from(records.map((record) => `\n${JSON.stringify(record)}`).join(""));
}

/** A full disk can write a part of the records. Without truncating it, a retry would write that part twice. */
async function undoPartialWrite(file: FileHandle, offset: number, bytes: Buffer): Promise<void> {
  const written = await readFrom(file, offset);
  if (written.equals(bytes.subarray(0, written.length))) await file.truncate(offset);
}

async function readFrom(file: FileHandle, offset: number): Promise<Buffer> {
  const { size } = await file.stat();
  const buffer = Buffer.alloc(Math.max(size - offset, 0));
  const { bytesRead } = await file.read(buffer, 0, buffer.length, offset);
  return buffer.subarray(0, bytesRead);
}

/** For `catch`: turns the error of a missing file into `undefined` and rethrows every other error. */
export function ignoreMissing(error: unknown): undefined {
  if (isMissing(error)) return undefined;
  throw error;
}

/** Whether the error means that a file does not exist. */
export function isMissing(error: unknown): boolean {
  return error instanceof Error && "code" in error && error.code === "ENOENT";
}
