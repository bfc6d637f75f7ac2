import type { ServerResponse } from "node:http";
import { setImmediate as immediateTurn } from "node:timers/promises";
import type { Frame, Reply } from "./reply";

/** Milliseconds, or a range to draw from. */
export type Span = number | readonly [least: number, most: number];

/** How fast and in what pieces a reply goes out. */
export interface Pace {
  firstContentMs: Span;
  betweenMs: Span;
  /** While a stall says something again and again: how often. */
  stallRepeatMs: number;
  /** Deltas of one write. */
  deltasPerWrite: number;
  newline: "\n" | "\r\n";
  /** Bytes of a piece (1 cuts everywhere, inside characters and line ends too); 0 leaves writes as they are. */
  chunkBytes: number;
  /** Byte offsets of the body at which a piece ends besides. */
  chunkEnds: readonly number[];
}

/** No waiting: for units. */
export const immediatePace: Pace = {
  firstContentMs: 0,
  betweenMs: 0,
  stallRepeatMs: 10,
  deltasPerWrite: 1,
  newline: "\n",
  chunkBytes: 0,
  chunkEnds: [],
};

/** About what a free model does on a good day: for eyes. */
export const realisticPace: Pace = {
  ...immediatePace,
  firstContentMs: [300, 1200],
  betweenMs: [8, 40],
  stallRepeatMs: 1000,
};

/** What a sending reply needs of the world. */
export interface SendContext {
  pace: Pace;
  random: () => number;
  /** Resolves when stalled replies shall go on. */
  released: () => Promise<void>;
  /** Fires when nobody listens any more. */
  signal: AbortSignal;
}

/** Sends a reply to its end, to its dead socket, or until nobody listens. */
export async function send(reply: Reply, response: ServerResponse, stage: SendContext): Promise<void> {
  if (reply.beforeHeaders === "stall") await heldUp(stage);
  if (reply.beforeHeaders === "destroy") response.socket?.destroy();
  if (isOver(response, stage)) return;
  response.writeHead(reply.status, reply.headers);
  response.flushHeaders();
  const out = new Pieces(response, stage.pace);
  for (const frame of reply.frames) {
    await sendFrame(frame, out, response, stage);
    if (isOver(response, stage)) return;
  }
  await out.flush();
  response.end();
}

const isOver = (response: ServerResponse, { signal }: SendContext): boolean =>
  signal.aborted || response.destroyed || response.socket?.destroyed === true;

async function sendFrame(frame: Frame, out: Pieces, response: ServerResponse, stage: SendContext): Promise<void> {
  if ("pause" in frame) {
    const { firstContentMs, betweenMs } = stage.pace;
    const span = frame.pause === "first" ? firstContentMs : frame.pause === "between" ? betweenMs : frame.pause;
    const milliseconds = typeof span === "number" ? span : span[0] + stage.random() * (span[1] - span[0]);
    if (milliseconds <= 0) return;
    if (frame.pause !== "between" || out.isFull) await out.flush();
    await waited(milliseconds, stage.signal);
  } else if ("stall" in frame) {
    await out.flush();
    const every = frame.every && (() => void out.write(frame.every!).then(() => out.flush()));
    const timer = every && setInterval(every, stage.pace.stallRepeatMs);
    await heldUp(stage);
    clearInterval(timer);
  } else if ("destroy" in frame) {
    await out.flush();
    response.socket?.destroy();
  } else {
    await out.write(frame);
  }
}

/** Until the test lets go or nobody listens. */
async function heldUp({ released, signal }: SendContext): Promise<void> {
  await Promise.race([released(), aborted(signal)]);
}

const aborted = (signal: AbortSignal): Promise<void> =>
  new Promise((resolve) => {
    if (signal.aborted) resolve();
    signal.addEventListener("abort", () => resolve(), { once: true });
  });

function waited(milliseconds: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const over = (): void => {
      clearTimeout(timer);
      signal.removeEventListener("abort", over);
      resolve();
    };
    const timer = setTimeout(over, milliseconds);
    signal.addEventListener("abort", over, { once: true });
  });
}

/** Bytes on their way out, gathered into writes and cut as the pace says. */
class Pieces {
  #gathered = Buffer.alloc(0);
  #deltas = 0;
  #offset = 0;

  constructor(
    readonly response: ServerResponse,
    readonly pace: Pace,
  ) {}

  /** Whether enough deltas are gathered for a write. */
  get isFull(): boolean {
    return this.#deltas >= this.pace.deltasPerWrite;
  }

  async write(frame: Frame): Promise<void> {
    this.#gathered = Buffer.concat([this.#gathered, Buffer.from(textOf(frame, this.pace.newline))]);
    if ("data" in frame) this.#deltas++;
    if (this.isFull && this.pace.chunkBytes === 0) await this.flush();
    while (this.pace.chunkBytes > 0 && this.#gathered.length >= this.pace.chunkBytes)
      await this.#send(this.pace.chunkBytes);
  }

  async flush(): Promise<void> {
    this.#deltas = 0;
    while (this.#gathered.length > 0) await this.#send(this.pace.chunkBytes || this.#gathered.length);
  }

  /** Sends so many bytes at most, less where a cut is ordered before; resolves when they have left. */
  async #send(most: number): Promise<void> {
    const cut = this.pace.chunkEnds.find((each) => each > this.#offset);
    const length = Math.min(most, this.#gathered.length, (cut ?? Infinity) - this.#offset);
    const piece = this.#gathered.subarray(0, length);
    this.#gathered = this.#gathered.subarray(length);
    this.#offset += length;
    const isCut = this.pace.chunkBytes > 0 || this.pace.chunkEnds.length > 0;
    const left = new Promise<void>((resolve) => this.response.write(piece, () => resolve()));
    // Bytes that lie ready together are read together: the reader gets its turn before the next piece.
    await (isCut ? immediateTurn() : left);
  }
}

function textOf(frame: Frame, newline: string): string {
  if ("raw" in frame) return frame.raw;
  if ("comment" in frame) return `: ${frame.comment}${newline}${newline}`;
  if (!("data" in frame)) return "";
  return `data: ${typeof frame.data === "string" ? frame.data : JSON.stringify(frame.data)}${newline}${newline}`;
}
