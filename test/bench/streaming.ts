import { fork, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import path from "node:path";
import { createParser } from "eventsource-parser";
import { createRouter, type CompletionRequest, type Router } from "../../src/router/index";
import { answerPart, answerText, deltasIn, model } from "./longAnswer";
import { interleaved, median, ratios, spread } from "./samples";
import type { Table } from "./table";

/** How the answer's bytes leave the server, how many answers run at once, and how often each reader is measured. */
const cadences = {
  paced: { words: "a delta a millisecond in each of 8 streams", text: answerPart, streams: 8, rounds: 12 },
  burst: { words: "a write a delta, as fast as they go", text: answerText, streams: 1, rounds: 25 },
  batched: { words: "16 deltas a write", text: answerText, streams: 1, rounds: 25 },
};

const request: CompletionRequest = { messages: [{ role: "user", content: "What does this function do?" }] };
const key = `sk-or-v1-${"0".repeat(64)}`;

/** CPU per delta, and time to the first text, next to what one would write by hand and to the bytes alone. */
export async function streaming(): Promise<Table[]> {
  const server = fork(path.join(import.meta.dirname, "streamServer.js"));
  try {
    const [address] = (await once(server, "message")) as [{ port: number }];
    const origin = `http://127.0.0.1:${address.port}`;
    return [await cpuPerDelta(origin), await timeToFirstText(origin)];
  } finally {
    await ended(server);
  }
}

async function cpuPerDelta(origin: string): Promise<Table> {
  const rows: string[][] = [];
  for (const [cadence, { words, text, streams, rounds }] of Object.entries(cadences)) {
    const baseUrl = `${origin}/${cadence}`;
    const router = routerTo(baseUrl);
    const perDelta = async (read: () => Promise<unknown>): Promise<number> => {
      const micros = await cpuOf(() => Promise.all(Array.from({ length: streams }, read)));
      return micros / (streams * deltasIn(text));
    };
    const figures = await interleaved(
      {
        floor: () => perDelta(() => readBytes(baseUrl)),
        raw: () => perDelta(() => readByHand(baseUrl)),
        router: () => perDelta(() => readByRouter(router, text)),
      },
      rounds,
      3,
    );
    rows.push([
      words,
      median(figures.floor).toFixed(2),
      median(figures.raw).toFixed(2),
      median(figures.router).toFixed(2),
      spread(ratios(figures.router, figures.raw), 2),
      spread(ratios(figures.router, figures.floor), 2),
      "≤ 1.20 × by hand",
    ]);
  }
  return {
    title: "Streaming: CPU per delta",
    columns: [
      "how the bytes come",
      "floor µs",
      "by hand µs",
      "router µs",
      "router ÷ by hand",
      "router ÷ floor",
      "budget",
    ],
    rows,
    note:
      `User and system time of the client's process for ${deltasIn(answerText)} deltas, over loopback, the server in another process. ` +
      "_Floor_: the bytes are read and thrown away. _By hand_: `fetch`, `eventsource-parser`, `JSON.parse`, the content appended to a string, nothing checked.",
  };
}

async function timeToFirstText(origin: string): Promise<Table> {
  const baseUrl = `${origin}/short`;
  const router = routerTo(baseUrl);
  const figures = await interleaved(
    { raw: () => readByHand(baseUrl).then(({ firstTextMs }) => firstTextMs), router: () => firstTextOf(router) },
    300,
    50,
  );
  const added = figures.router.map((figure, round) => figure - (figures.raw[round] ?? NaN));
  return {
    title: "Time to the first text",
    columns: ["", "ms", "budget"],
    rows: [
      ["by hand", spread(figures.raw, 2), ""],
      ["router", spread(figures.router, 2), ""],
      ["added by the router", spread(added, 2), "< 1 ms"],
    ],
    note: "From the call to the first text of an answer that the server begins at once, over loopback: median and middle half of 300.",
  };
}

/** As if somebody asked all three seconds: the router remembers the requests of the last minute, and they would be thousands. */
function routerTo(baseUrl: string): Router {
  let asked = 0;
  return createRouter({
    now: () => Date.now() + asked * 3_000,
    apiKey: () => Promise.resolve(key),
    settings: () => {
      asked++;
      return { baseUrl, requestsPerMinute: 1_000_000 };
    },
    fetch,
  });
}

/** Microseconds of CPU. */
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
  if (!response.body) throw new Error("no body");
  return response.body;
}

async function readBytes(baseUrl: string): Promise<void> {
  const reader = (await post(baseUrl)).getReader();
  while (!(await reader.read()).done) continue;
}

async function readByHand(baseUrl: string): Promise<{ text: string; firstTextMs: number }> {
  const start = performance.now();
  const reader = (await post(baseUrl)).getReader();
  const decoder = new TextDecoder();
  let text = "";
  let firstTextMs = 0;
  const parser = createParser({
    onEvent: ({ data }) => {
      if (data === "[DONE]") return;
      // As trusting as code by hand is.
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
  if (text !== expected) throw new Error("the router's text is not what the server sent");
}

async function firstTextOf(router: Router): Promise<number> {
  const start = performance.now();
  let first: number | undefined;
  for await (const event of router.complete(request)) {
    if (event.type === "text-delta") first ??= performance.now() - start;
  }
  return first ?? NaN;
}

async function ended(server: ChildProcess): Promise<void> {
  server.disconnect();
  await once(server, "exit");
}
