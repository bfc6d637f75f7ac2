import { constants } from "node:fs";
import { appendFile, open, rename, stat, writeFile, type FileHandle } from "node:fs/promises";

/** What a log file held: what could be read, and how many bytes could not. */
export interface LogContent<T> {
  readonly values: readonly T[];
  /** Bytes of records that are not JSON: torn by a crash or a failing disk. They are left out. */
  readonly damagedBytes: number;
  /** Records that are JSON but not of a kind known here (a newer version wrote them). */
  readonly unknown: number;
}

/** What others appended to the file since this log last looked; `replaced` when it is another file now: read it anew. */
export type ForeignRecords<T> = { readonly values: readonly T[] } | "replaced";

/**
 * A file of JSON records that only grows, except by `replace`. Several processes may append to it at once.
 * Each record is written as "\n" + JSON, so that a record torn by a crash ends where the next one starts and takes nothing
 * else with it: nothing has to be repaired before one may go on writing. Calls are carried out in order.
 */
export class JsonLog<T> {
  readonly path: string;
  readonly #parse: (value: unknown) => T | undefined;
  /** The file as last seen, and how much of it was taken: all, but for a torn record at its end. */
  #inode = 0;
  #size = 0;
  #taken = 0;
  #last: Promise<unknown> = Promise.resolve();

  /** `parse` gives `undefined` for a record that it does not know. */
  constructor(path: string, parse: (value: unknown) => T | undefined) {
    this.path = path;
    this.#parse = parse;
  }

  /** Whether there was a file when this log last looked. */
  get existed(): boolean {
    return this.#inode !== 0;
  }

  /** Everything that is in the file; nothing where there is no file. */
  read(): Promise<LogContent<T>> {
    return this.#inOrder(async () => {
      const file = await open(this.path, "r").catch(ignoreMissing);
      if (!file) return { values: [], damagedBytes: 0, unknown: 0 };
      try {
        const bytes = await readFrom(file, 0);
        const { tornTail, ...content } = this.#decode(bytes);
        this.#inode = (await file.stat()).ino;
        this.#size = bytes.length;
        this.#taken = bytes.length - tornTail;
        return content;
      } finally {
        await file.close();
      }
    });
  }

  /**
   * Adds records in one write: all of them or, when it fails, none. The folder must exist; the file is made, unless it was there before and
   * somebody took it away: then this rejects like reading a file that is not there.
   */
  append(values: readonly T[], { anew = false }: { anew?: boolean } = {}): Promise<ForeignRecords<T>> {
    return this.#inOrder(async () => {
      const bytes = encode(values);
      const create = anew || !this.existed ? constants.O_CREAT : 0;
      const file = await open(this.path, constants.O_RDWR | constants.O_APPEND | create);
      try {
        const { size } = await file.stat();
        await file.appendFile(bytes).catch(async (error: unknown) => {
          await takeBack(file, size, bytes);
          throw error;
        });
        return await this.#catchUp(file, bytes);
      } finally {
        await file.close();
      }
    });
  }

  /** What other processes appended since the last call of any method here. */
  refresh(): Promise<ForeignRecords<T>> {
    return this.#inOrder(async () => {
      const file = await open(this.path, "r").catch(ignoreMissing);
      if (!file) return { values: [] };
      try {
        return await this.#catchUp(file, Buffer.of());
      } finally {
        await file.close();
      }
    });
  }

  /**
   * Puts a new file with these records in the old one's place, in one step. Does nothing and gives `false` when others wrote
   * since this log last looked: `values` cannot hold theirs then.
   */
  replace(values: readonly T[]): Promise<boolean> {
    return this.#inOrder(async () => {
      const before = await open(this.path, "r").catch(ignoreMissing);
      try {
        const seen = await before?.stat();
        if (seen && (seen.ino !== this.#inode || seen.size !== this.#size)) return false;
        const bytes = encode(values);
        const temporary = `${this.path}.${process.pid}.new`;
        await writeFile(temporary, bytes);
        await rename(temporary, this.path);
        this.#inode = (await stat(this.path)).ino;
        this.#size = this.#taken = bytes.length;
        if (before && seen) await this.#rescue(before, seen.size);
        return true;
      } finally {
        await before?.close();
      }
    });
  }

  /** Another process may have appended to the old file while the new one was written: that is carried over. */
  async #rescue(before: FileHandle, offset: number): Promise<void> {
    const late = await readFrom(before, offset);
    if (late.length > 0) await appendFile(this.path, late);
  }

  /** Reads what lies between the size last seen and the present one, except `own`, which was just written. */
  async #catchUp(file: FileHandle, own: Buffer): Promise<ForeignRecords<T>> {
    const { ino, size } = await file.stat();
    const start = this.#taken;
    const replaced = this.#inode !== 0 && (ino !== this.#inode || size < start);
    this.#inode = ino;
    this.#size = this.#taken = size;
    if (replaced) return "replaced";
    if (size === start + own.length) return { values: [] };
    const bytes = await readFrom(file, start);
    const at = own.length === 0 ? 0 : Math.max(bytes.indexOf(own), 0);
    const after = this.#decode(bytes.subarray(at + own.length));
    // A record at the very end may still be on its way: it is looked at again next time.
    this.#taken -= after.tornTail;
    return { values: [...this.#decode(bytes.subarray(0, at)).values, ...after.values] };
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

  #inOrder<R>(run: () => Promise<R>): Promise<R> {
    const result = this.#last.then(run, run);
    this.#last = result.catch(() => undefined);
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

/** A disk that became full took a part of it, which would be there twice when all of it is written again. */
async function takeBack(file: FileHandle, offset: number, bytes: Buffer): Promise<void> {
  const written = await readFrom(file, offset);
  if (written.equals(bytes.subarray(0, written.length))) await file.truncate(offset);
}

async function readFrom(file: FileHandle, offset: number): Promise<Buffer> {
  const { size } = await file.stat();
  const buffer = Buffer.alloc(Math.max(size - offset, 0));
  const { bytesRead } = await file.read(buffer, 0, buffer.length, offset);
  return buffer.subarray(0, bytesRead);
}

/** For `catch`: a file that is not there is nothing, every other error stays one. */
export function ignoreMissing(error: unknown): undefined {
  if (isMissing(error)) return undefined;
  throw error;
}

/** Whether something failed because a file is not there. */
export function isMissing(error: unknown): boolean {
  return error instanceof Error && "code" in error && error.code === "ENOENT";
}
