import type { ServerResponse } from "node:http";
import { setImmediate as nextTurn } from "node:timers/promises";
import type { Frame, Reply } from "./reply";

/** Milliseconds, or a range from which a random number is drawn. */
export type Duration = number | readonly [min: number, max: number];

/** How fast a reply is sent, and in what chunks. */
export interface Pace {
  firstContentMs: Duration;
  betweenMs: Duration;
  /** The interval at which a stall repeats its frame. */
  stallRepeatMs: number;
  /** Deltas per write. */
  deltasPerWrite: number;
  newline: "\n" | "\r\n";
  /** Bytes per chunk. 1 splits everywhere, also inside characters and line breaks; 0 does not split writes. */
  chunkBytes: number;
  /** Further byte offsets in the body at which a chunk ends. */
  chunkEnds: readonly number[];
}

/** No pauses, for unit tests. */
export const immediatePace: Pace = {
  firstContentMs: 0,
  betweenMs: 0,
  stallRepeatMs: 10,
  deltasPerWrite: 1,
  newline: "\n",
  chunkBytes: 0,
  chunkEnds: [],
};

/** Faster than any free model, but slow enough that words arrive one after the other, for journeys. */
export const briskPace: Pace = {
  ...immediatePace,
  firstContentMs: [50, 200],
  betweenMs: [1, 6],
  stallRepeatMs: 1000,
};

/** About the pace of a free model, for screenshots and manual tests. */
export const realisticPace: Pace = {
  ...immediatePace,
  firstContentMs: [300, 1200],
  betweenMs: [8, 40],
  stallRepeatMs: 1000,
};

/** The pace, random source and signals for sending a reply. */
export interface SendContext {
  pace: Pace;
  random: () => number;
  /** Resolves when stalled replies may resume. */
  released: () => Promise<void>;
  /** Aborts when the client is gone or the simulator closes. */
  signal: AbortSignal;
}

/** Sends a reply until it is complete, breaks the connection, or the client is gone. */
export async function send(reply: Reply, response: ServerResponse, context: SendContext): Promise<void> {
  if (reply.beforeHeaders === "stall") await waitForRelease(context);
  if (reply.beforeHeaders === "destroy") response.socket?.destroy();
  if (hasEnded(response, context)) return;
  response.writeHead(reply.status, reply.headers);
  response.flushHeaders();
  const out = new ChunkWriter(response, context.pace);
  for (const frame of reply.frames) {
    await sendFrame(frame, out, response, context);
    if (hasEnded(response, context)) return;
  }
  await out.flush();
  response.end();
}

const hasEnded = (response: ServerResponse, { signal }: SendContext): boolean =>
  signal.aborted || response.destroyed || response.socket?.destroyed === true;

async function sendFrame(
  frame: Frame,
  out: ChunkWriter,
  response: ServerResponse,
  context: SendContext,
): Promise<void> {
  if ("pause" in frame) {
    const { firstContentMs, betweenMs } = context.pace;
    const duration = frame.pause === "first" ? firstContentMs : frame.pause === "between" ? betweenMs : frame.pause;
    const milliseconds =
      typeof duration === "number" ? duration : duration[0] + context.random() * (duration[1] - duration[0]);
    if (milliseconds <= 0) return;
    if (frame.pause !== "between" || out.isFull) await out.flush();
    await wait(milliseconds, context.signal);
  } else if ("stall" in frame) {
    await out.flush();
    const every = frame.every && (() => void out.write(frame.every!).then(() => out.flush()));
    const timer = every && setInterval(every, context.pace.stallRepeatMs);
    await waitForRelease(context);
    clearInterval(timer);
  } else if ("destroy" in frame) {
    await out.flush();
    response.socket?.destroy();
  } else {
    await out.write(frame);
  }
}

/** Waits until the test calls `release` or the client is gone. */
async function waitForRelease({ released, signal }: SendContext): Promise<void> {
  await Promise.race([released(), aborted(signal)]);
}

const aborted = (signal: AbortSignal): Promise<void> =>
  new Promise((resolve) => {
    if (signal.aborted) resolve();
    signal.addEventListener("abort", () => resolve(), { once: true });
  });

/** Waits, or returns early when the signal aborts. */
export function wait(milliseconds: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const done = (): void => {
      clearTimeout(timer);
      signal.removeEventListener("abort", done);
      resolve();
    };
    const timer = setTimeout(done, milliseconds);
    signal.addEventListener("abort", done, { once: true });
  });
}

/** Collects bytes into writes and splits them into chunks as the pace requires. */
class ChunkWriter {
  #buffer = Buffer.alloc(0);
  #deltas = 0;
  #offset = 0;
  readonly #response: ServerResponse;
  readonly #pace: Pace;

  constructor(response: ServerResponse, pace: Pace) {
    this.#response = response;
    this.#pace = pace;
  }

  /** Whether enough deltas are collected for a write. */
  get isFull(): boolean {
    return this.#deltas >= this.#pace.deltasPerWrite;
  }

  async write(frame: Frame): Promise<void> {
    this.#buffer = Buffer.concat([this.#buffer, Buffer.from(serializeFrame(frame, this.#pace.newline))]);
    if ("data" in frame) this.#deltas++;
    if (this.isFull && this.#pace.chunkBytes === 0) await this.flush();
    while (this.#pace.chunkBytes > 0 && this.#buffer.length >= this.#pace.chunkBytes)
      await this.#send(this.#pace.chunkBytes);
  }

  async flush(): Promise<void> {
    this.#deltas = 0;
    while (this.#buffer.length > 0) await this.#send(this.#pace.chunkBytes || this.#buffer.length);
  }

  /** Sends up to `max` bytes, fewer if `chunkEnds` requires it. Resolves when they have been written. */
  async #send(max: number): Promise<void> {
    const chunkEnd = this.#pace.chunkEnds.find((each) => each > this.#offset);
    const length = Math.min(max, this.#buffer.length, (chunkEnd ?? Infinity) - this.#offset);
    const chunk = this.#buffer.subarray(0, length);
    this.#buffer = this.#buffer.subarray(length);
    this.#offset += length;
    const isChunked = this.#pace.chunkBytes > 0 || this.#pace.chunkEnds.length > 0;
    const written = new Promise<void>((resolve) => this.#response.write(chunk, () => resolve()));
    // Chunks written in the same turn would be read as one, so the reader gets a turn before the next chunk.
    await (isChunked ? nextTurn() : written);
  }
}

function serializeFrame(frame: Frame, newline: string): string {
  if ("raw" in frame) return frame.raw;
  if ("comment" in frame) return `: ${frame.comment}${newline}${newline}`;
  if (!("data" in frame)) return "";
  return `data: ${typeof frame.data === "string" ? frame.data : JSON.stringify(frame.data)}${newline}${newline}`;
}
