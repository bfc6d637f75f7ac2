import { createServer, type ServerResponse } from "node:http";
import { setImmediate as nextTurn, setTimeout as pause } from "node:timers/promises";
import { readTestData } from "../support/openRouter";
import type { Frame } from "../support/openRouter/reply";
import { providerOf, streamParts } from "../support/openRouter/stream";
import { answerPart, answerText, model } from "./longAnswer";

/**
 * Streams long answers from a separate process, so that the measured CPU time is only the client's. The first segment of the
 * path selects the cadence: see `cadences` in streaming.ts.
 */
function main(): void {
  const catalogue = readTestData("openrouter-models.json");
  const frames = framesOf(answerText);
  const part = framesOf(answerPart);
  const short = framesOf("One sentence, and that is all.");
  const server = createServer((request, response) => {
    request.resume();
    request.on("end", () => {
      const [, cadence, ...rest] = (request.url ?? "").split("/");
      if (rest.at(-1) === "models") response.end(catalogue);
      else if (cadence === "short") void stream(short, "burst", response);
      else void stream(cadence === "paced" ? part : frames, cadence, response);
    });
  });
  server.on("connection", (socket) => socket.setNoDelay());
  server.listen(0, "127.0.0.1", () => process.send?.(server.address()));
  process.once("disconnect", () => process.exit());
}

async function stream(frames: readonly Buffer[], cadence: string | undefined, response: ServerResponse): Promise<void> {
  response.writeHead(200, { "content-type": "text/event-stream" });
  const perWrite = cadence === "batched" ? 16 : 1;
  for (let at = 0; at < frames.length; at += perWrite) {
    response.write(Buffer.concat(frames.slice(at, at + perWrite)));
    if (cadence === "paced") await pause(1);
    else await nextTurn();
  }
  response.end();
}

/** The bytes of an answer, one buffer per delta. A comment is part of the buffer of the next delta. */
function framesOf(text: string): Buffer[] {
  const source = { id: "gen-1787356800-bench", provider: providerOf(model), model, created: 1787356800 };
  const { opening, deltas, ending, done } = streamParts({ text, finishReason: "stop" }, source, 900);
  const buffers: Buffer[] = [];
  let comment = "";
  for (const frame of [...opening, ...deltas, ...ending, ...done]) {
    if ("comment" in frame) comment = `: ${frame.comment}\n\n`;
    if (!("data" in frame)) continue;
    buffers.push(Buffer.from(`${comment}data: ${dataOf(frame)}\n\n`));
    comment = "";
  }
  return buffers;
}

function dataOf({ data }: Extract<Frame, { data: unknown }>): string {
  return typeof data === "string" ? data : JSON.stringify(data);
}

main();
