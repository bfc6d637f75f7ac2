import { randomBytes } from "node:crypto";
import { constants } from "node:fs";
import { appendFile, open, stat, type FileHandle } from "node:fs/promises";
import { privateFileMode } from "./privateFiles";
import { acquireFileLock, lockPath, type LockOptions } from "../../config/fileLock";

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
 *
 * Appending and replacing hold a file lock, so that no record is appended to a file that another process is replacing. A process that was
 * suspended so long that its lock was broken can still do that: see `#isLost`.
 */
export class JsonLinesFile<T> {
  readonly path: string;
  readonly #parse: (value: unknown) => T | undefined;
  readonly #lockOptions: LockOptions;
  /** The file as of the last access. `#head` is its first bytes, because a replaced file can get the inode of an earlier one. */
  #inode = 0;
  #head: Buffer = Buffer.of();
  #size = 0;
  /** Offset up to which records have been read: the size, unless the last record is torn. */
  #readUpTo = 0;
  #queue: Promise<unknown> = Promise.resolve();

  /** `parse` returns `undefined` for a record of an unknown type. */
  constructor(path: string, parse: (value: unknown) => T | undefined, lockOptions = defaultLockOptions) {
    this.path = path;
    this.#parse = parse;
    this.#lockOptions = lockOptions;
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
        this.#head = Buffer.from(bytes.subarray(0, headLength));
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
    const bytes = encode(values);
    return this.#enqueue(() => this.#append(bytes, recreate));
  }

  async #append(bytes: Buffer, recreate: boolean): Promise<ForeignRecords<T>> {
    const create = recreate || !this.existed ? constants.O_CREAT : 0;
    const lock = await acquireFileLock(lockPath(this.path), this.#lockOptions);
    let file: FileHandle | undefined;
    try {
      file = await open(this.path, constants.O_RDWR | constants.O_APPEND | create, privateFileMode);
      const { size } = await file.stat();
      await write(file, bytes, size);
      const [foreign, isHeld] = await Promise.all([this.#readForeign(file, bytes), lock.isHeld()]);
      if (isHeld || !(await this.#isLost(file, bytes, size))) return foreign;
    } finally {
      await Promise.all([file?.close(), lock.release()]);
    }
    return this.#append(bytes, recreate);
  }

  /**
   * Whether records that were appended to `file` at `offset` or later, while another process broke the lock, are missing in the file that
   * replaced it. A process that replaces a file seals the old one with a last record and copies what was appended before.
   */
  async #isLost(file: FileHandle, bytes: Buffer, offset: number): Promise<boolean> {
    const current = await stat(this.path).catch(ignoreMissing);
    // If the file was deleted, its records were deleted with it.
    if (!current || current.ino === (await file.stat()).ino) return false;
    // Waits until the other process has sealed the file.
    await (await acquireFileLock(lockPath(this.path), this.#lockOptions)).release();
    const appended = await readFrom(file, offset);
    const sealOffset = appended.indexOf(seal);
    return sealOffset < 0 || appended.indexOf(bytes) > sealOffset;
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
    const bytes = addSignature(encode(values));
    return this.#enqueue(async () => {
      const lock = await acquireFileLock(lockPath(this.path), this.#lockOptions);
      try {
        const before = await open(this.path, constants.O_RDWR | constants.O_APPEND).catch(ignoreMissing);
        try {
          const seen = await before?.stat();
          if (before && seen && (seen.size !== this.#size || !this.#isSame(seen.ino, await readHead(before))))
            return false;
          if (!(await lock.replaceFile(this.path, bytes))) return false;
          this.#inode = (await stat(this.path)).ino;
          this.#head = bytes.subarray(0, headLength);
          this.#size = this.#readUpTo = bytes.length;
          if (before && seen) await this.#sealAndCarryOver(before, seen.size);
          return true;
        } finally {
          await before?.close();
        }
      } finally {
        await lock.release();
      }
    });
  }

  /**
   * Copies what was appended to the old file while the new one was written, by version 0.1.0, which has no lock, or by a process that was
   * suspended until its lock was broken. What is appended after the seal is not copied: its process appends it again.
   */
  async #sealAndCarryOver(before: FileHandle, offset: number): Promise<void> {
    await before.appendFile(seal);
    const appended = await readFrom(before, offset);
    const sealOffset = appended.indexOf(seal);
    if (sealOffset > 0) await appendFile(this.path, appended.subarray(0, sealOffset));
  }

  /** Reads what was appended since the last access, except `own`, which was just written. */
  async #readForeign(file: FileHandle, own: Buffer): Promise<ForeignRecords<T>> {
    const [{ ino, size }, head] = await Promise.all([file.stat(), readHead(file)]);
    const start = this.#readUpTo;
    const replaced = this.existed && (size < start || !this.#isSame(ino, head));
    this.#inode = ino;
    if (replaced || this.#head.length < headLength) this.#head = head;
    this.#size = this.#readUpTo = size;
    if (replaced) return "replaced";
    if (size === start + own.length) return [];
    const bytes = await readFrom(file, start);
    // Another process may have appended since `stat`: what is returned now must not be returned again.
    this.#size = this.#readUpTo = start + bytes.length;
    const ownOffset = own.length === 0 ? 0 : Math.max(bytes.indexOf(own), 0);
    const after = this.#decode(bytes.subarray(ownOffset + own.length));
    // Another process may still be writing the last record, which is read again next time.
    this.#readUpTo -= after.tornTail;
    return [...this.#decode(bytes.subarray(0, ownOffset)).values, ...after.values];
  }

  /** Whether this is the file of the last access, not one that has replaced it. */
  #isSame(inode: number, head: Buffer): boolean {
    return inode === this.#inode && head.subarray(0, this.#head.length).equals(this.#head);
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

/** Other processes wait this long for one that crashed during a write. */
const defaultLockOptions: LockOptions = { staleAfterMs: 5_000, maxRetryDelayMs: 8 };

/** The last record of a file that was replaced. Read as a record of an unknown type, in the short time in which it can be read. */
const seal = encode([{ type: "file-replaced" }]);

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

const signatureLength = 32;
/** A line feed and the signature, if there is one. */
const headLength = 1 + signatureLength;

/** Adds random white space in front of the first record, so that a file that replaces another one differs from all others. */
function addSignature(records: Buffer): Buffer {
  const whitespace = Array.from(randomBytes(signatureLength), (byte) => (byte % 2 === 0 ? " " : "\t")).join("");
  return Buffer.concat([records.subarray(0, 1), Buffer.from(whitespace), records.subarray(1)]);
}

async function readHead(file: FileHandle): Promise<Buffer> {
  const { buffer, bytesRead } = await file.read(Buffer.alloc(headLength), 0, headLength, 0);
  return buffer.subarray(0, bytesRead);
}

/** A full disk can write a part of the records. That part is removed, since a retry would write it twice. */
async function write(file: FileHandle, bytes: Buffer, offset: number): Promise<void> {
  try {
    await file.appendFile(bytes);
  } catch (error) {
    const written = await readFrom(file, offset);
    if (written.equals(bytes.subarray(0, written.length))) await file.truncate(offset);
    throw error;
  }
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
