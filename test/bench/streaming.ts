import { fork, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import path from "node:path";
import { createParser } from "eventsource-parser";
import { createRouter, type CompletionRequest, type Router } from "../../src/router/index";
import { answerPart, answerText, deltasIn, model } from "./longAnswer";
import { interleaved, median, ratios, spread } from "./samples";
import type { Table } from "./table";

/** How the server sends an answer, the number of concurrent streams, and the number of measurements. */
const cadences = {
  paced: { name: "one delta per millisecond in each of 8 streams", text: answerPart, streams: 8, rounds: 12 },
  burst: { name: "one delta per write, without pauses", text: answerText, streams: 1, rounds: 25 },
  batched: { name: "16 deltas per write", text: answerText, streams: 1, rounds: 25 },
};

const request: CompletionRequest = { messages: [{ role: "user", content: "What does this function do?" }] };
const key = `sk-or-v1-${"0".repeat(64)}`;

/** Measures CPU time per delta and time to first text, compared with handwritten code and with only reading the bytes. */
export async function streaming(): Promise<Table[]> {
  const server = fork(path.join(import.meta.dirname, "streamServer.js"));
  try {
    const [address] = (await once(server, "message")) as [{ port: number }];
    const origin = `http://127.0.0.1:${address.port}`;
    return [await cpuPerDelta(origin), await timeToFirstText(origin)];
  } finally {
    await stop(server);
  }
}

async function cpuPerDelta(origin: string): Promise<Table> {
  const rows: string[][] = [];
  for (const [cadence, { name, text, streams, rounds }] of Object.entries(cadences)) {
    const baseUrl = `${origin}/${cadence}`;
    const router = createRouterFor(baseUrl);
    const perDelta = async (read: () => Promise<unknown>): Promise<number> => {
      const micros = await cpuOf(() => Promise.all(Array.from({ length: streams }, read)));
      return micros / (streams * deltasIn(text));
    };
    const figures = await interleaved(
      {
        floor: () => perDelta(() => readBytes(baseUrl)),
        handwritten: () => perDelta(() => readHandwritten(baseUrl)),
        router: () => perDelta(() => readByRouter(router, text)),
      },
      rounds,
      3,
    );
    rows.push([
      name,
      median(figures.floor).toFixed(2),
      median(figures.handwritten).toFixed(2),
      median(figures.router).toFixed(2),
      spread(ratios(figures.router, figures.handwritten), 2),
      spread(ratios(figures.router, figures.floor), 2),
      "≤ 1.20 × handwritten",
    ]);
  }
  return {
    title: "Streaming: CPU per delta",
    columns: ["cadence", "floor µs", "handwritten µs", "router µs", "router ÷ handwritten", "router ÷ floor", "budget"],
    rows,
    note:
      `User and system time of the client's process for ${deltasIn(answerText)} deltas over loopback, with the server in another process. ` +
      "_Floor_: reads and discards the bytes. _Handwritten_: `fetch`, `eventsource-parser` and `JSON.parse`, appends the content to a string without checks.",
  };
}

async function timeToFirstText(origin: string): Promise<Table> {
  const baseUrl = `${origin}/short`;
  const router = createRouterFor(baseUrl);
  const figures = await interleaved(
    {
      handwritten: () => readHandwritten(baseUrl).then(({ firstTextMs }) => firstTextMs),
      router: () => firstTextOf(router),
    },
    300,
    50,
  );
  const added = figures.router.map((figure, round) => figure - (figures.handwritten[round] ?? NaN));
  return {
    title: "Time to first text",
    columns: ["", "ms", "budget"],
    rows: [
      ["handwritten", spread(figures.handwritten, 2), ""],
      ["router", spread(figures.router, 2), ""],
      ["added by the router", spread(added, 2), "< 1 ms"],
    ],
    note: "From the call to the first text of an answer that the server starts immediately, over loopback: median and interquartile range of 300 runs.",
  };
}

/** The clock advances by three seconds per request, since the router keeps the requests of the last minute, which would be thousands. */
function createRouterFor(baseUrl: string): Router {
  let requests = 0;
  return createRouter({
    now: () => Date.now() + requests * 3_000,
    apiKey: () => Promise.resolve(key),
    settings: () => {
      requests++;
      return { baseUrl, requestsPerMinute: 1_000_000 };
    },
    fetch,
  });
}

/** The CPU time in microseconds. */
async function cpuOf(read: () => Promise<unknown>): Promise<number> {
  const before = process.cpuUsage();
  await read();
  const { user, system } = process.cpuUsage(before);
  return user + system;
}

async function post(baseUrl: string): Promise<ReadableStream<Uint8Array>> {
  const response = await fetch(`${baseUrl}/chat/completions`, {
    method: "POST",
    headers: { authorization: `Bearer ${key}`, "content-type": "application/json" },
    body: JSON.stringify({ model, stream: true, ...request }),
  });
  if (!response.body) throw new Error("The response has no body.");
  return response.body;
}

async function readBytes(baseUrl: string): Promise<void> {
  const reader = (await post(baseUrl)).getReader();
  while (!(await reader.read()).done) continue;
}

async function readHandwritten(baseUrl: string): Promise<{ text: string; firstTextMs: number }> {
  const start = performance.now();
  const reader = (await post(baseUrl)).getReader();
  const decoder = new TextDecoder();
  let text = "";
  let firstTextMs = 0;
  const parser = createParser({
    onEvent: ({ data }) => {
      if (data === "[DONE]") return;
      // Unchecked, as usual in handwritten code.
      const chunk = JSON.parse(data) as { choices: { delta: { content?: string } }[] };
      const delta = chunk.choices[0]?.delta.content;
      if (!delta) return;
      if (text === "") firstTextMs = performance.now() - start;
      text += delta;
    },
  });
  for (let step = await reader.read(); !step.done; step = await reader.read()) {
    parser.feed(decoder.decode(step.value, { stream: true }));
  }
  return { text, firstTextMs };
}

async function readByRouter(router: Router, expected: string): Promise<void> {
  let text = "";
  for await (const event of router.complete(request)) {
    if (event.type === "text-delta") text += event.text;
  }
  if (text !== expected) throw new Error("The router's text differs from the server's.");
}

async function firstTextOf(router: Router): Promise<number> {
  const start = performance.now();
  let first: number | undefined;
  for await (const event of router.complete(request)) {
    if (event.type === "text-delta") first ??= performance.now() - start;
  }
  return first ?? NaN;
}

async function stop(server: ChildProcess): Promise<void> {
  server.disconnect();
  await once(server, "exit");
}
