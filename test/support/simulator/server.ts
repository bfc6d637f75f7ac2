import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { Socket } from "node:net";
import { seededRandom } from "../random";
import { immediatePace, type Pace, send } from "./pace";
import { ReceivedRequest } from "./receivedRequest";
import type { Reply } from "./reply";

export interface SimulatorOptions {
  /** `Date.now` by default. */
  now?: () => number;
  /** The random source for answers and pauses; the same sequence by default. */
  random?: () => number;
  pace?: Partial<Pace>;
}

const bodyLimit = 20 * 1024 * 1024;

/** An HTTP server on 127.0.0.1 that records what it receives and sends the replies of a subclass at a set pace. */
export abstract class SimulatorServer implements AsyncDisposable {
  /** All received requests, oldest first. */
  readonly requests: ReceivedRequest[] = [];
  protected readonly now: () => number;
  protected readonly random: () => number;
  readonly #server = createServer((request, response) => void this.#serve(request, response));
  readonly #sockets = new Set<Socket>();
  readonly #modelPaces = new Map<string, Partial<Pace>>();
  #closing = new AbortController();
  #pace: Pace;
  #release = Promise.withResolvers<undefined>();
  #arrivals: { count: number; resolve: () => void }[] = [];

  constructor(options: SimulatorOptions) {
    this.now = options.now ?? Date.now;
    this.random = options.random ?? seededRandom(1);
    this.#pace = { ...immediatePace, ...options.pace };
    this.#server.on("connection", (socket) => {
      this.#sockets.add(socket.setNoDelay());
      socket.on("close", () => this.#sockets.delete(socket));
    });
  }

  /** The reply to a request; `text` is its body, `undefined` if it is too large. */
  protected abstract reply(received: ReceivedRequest, text: string | undefined): Reply | Promise<Reply>;

  /** The reply to a request that controls the simulator and is not recorded; `undefined` for any other. */
  protected unrecordedReply?(received: ReceivedRequest): Reply | undefined;

  /** `http://127.0.0.1:port` */
  get url(): string {
    const address = this.#server.address();
    if (address === null || typeof address === "string") throw new Error("the simulator is not listening");
    return `http://127.0.0.1:${address.port}`;
  }

  /** The received chat requests, which count against quotas. */
  get chatRequests(): ReceivedRequest[] {
    return this.requests.filter((each) => each.isChat);
  }

  get openConnections(): number {
    return this.#sockets.size;
  }

  /** Sets the speed and chunking of chat answers. Other replies are always immediate. */
  setPace(pace: Partial<Pace>): void {
    this.#pace = { ...this.#pace, ...pace };
  }

  /** Sets how the pace of a model differs from that of the others. */
  setModelPace(model: string, pace: Partial<Pace>): void {
    this.#modelPaces.set(model, pace);
  }

  /** Resumes all stalled replies. */
  release(): void {
    this.#release.resolve(undefined);
    this.#release = Promise.withResolvers();
  }

  /** Resolves to the chat request number `count` (from 1) when it has arrived. */
  async chatRequest(count: number): Promise<ReceivedRequest> {
    if (this.chatRequests.length < count)
      await new Promise<void>((resolve) => this.#arrivals.push({ count, resolve: () => resolve() }));
    return this.chatRequests[count - 1]!;
  }

  /** Forgets the requests and resumes the stalled replies. */
  protected clearRequests(): void {
    this.release();
    this.requests.length = 0;
  }

  /** Starts to listen. Rejects if the port is in use. */
  listen(port: number): Promise<void> {
    this.#closing = new AbortController();
    return new Promise((resolve, reject) => {
      this.#server.once("error", reject);
      this.#server.listen(port, "127.0.0.1", () => {
        this.#server.off("error", reject);
        resolve();
      });
    });
  }

  /** Closes all connections, including stalled ones, and stops listening. */
  close(): Promise<void> {
    this.#closing.abort();
    for (const socket of this.#sockets) socket.destroy();
    return new Promise((resolve) => this.#server.close(() => resolve()));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }

  async #serve(message: IncomingMessage, response: ServerResponse): Promise<void> {
    const text = await readBody(message);
    const received = new ReceivedRequest(message, text, this.now());
    const unrecorded = this.unrecordedReply?.(received);
    if (unrecorded) return void send(unrecorded, response, this.#sendContext(received));
    this.requests.push(received);
    response.on("close", () => received.close(response.writableFinished));
    this.#arrivals = this.#arrivals.filter(({ count, resolve }) => {
      const arrived = this.chatRequests.length >= count;
      if (arrived) resolve();
      return !arrived;
    });
    const reply = await this.reply(received, text);
    received.setReply(reply);
    await send(reply, response, this.#sendContext(received));
  }

  #sendContext(received: ReceivedRequest) {
    return {
      pace: received.isChat ? { ...this.#pace, ...this.#modelPaces.get(received.model ?? "") } : immediatePace,
      random: this.random,
      released: () => this.#release.promise,
      signal: AbortSignal.any([received.signal, this.#closing.signal]),
    };
  }
}

/** The body as text; `undefined` if it is too large. */
async function readBody(message: IncomingMessage): Promise<string | undefined> {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of message as AsyncIterable<Buffer>) {
    length += chunk.length;
    if (length <= bodyLimit) chunks.push(chunk);
  }
  return length > bodyLimit ? undefined : Buffer.concat(chunks).toString();
}
