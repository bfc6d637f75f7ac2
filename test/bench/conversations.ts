import { appendFile, mkdir } from "node:fs/promises";
import path from "node:path";
import type { ConversationEvent } from "../../src/chat/conversation/conversationEvent";
import { apply, emptyConversation } from "../../src/chat/conversation/conversationEvent";
import { ConversationStore } from "../../src/chat/storage/conversationStore";
import { silentLog } from "../../src/router/log";
import { temporaryFolder } from "../support/temporaryFolder";
import { interleaved, spread } from "./samples";
import type { Table } from "./table";

const chats = 10_000;
const appends = 200;

/** Measures the storage of chats: listing many of them, and appending an event of a running answer. */
export async function conversations(): Promise<Table[]> {
  await using folder = await temporaryFolder();
  return [await measureList(folder.path), await measureAppend(folder.path)];
}

async function measureList(folder: string): Promise<Table> {
  const store = new ConversationStore({ folder, log: silentLog });
  for (let first = 0; first < chats; first += 100)
    await Promise.all(
      Array.from({ length: 100 }, (_, at) =>
        store.add(`chat-${first + at}`, { conversation: shortConversation(first + at), images: new Map() }),
      ),
    );
  const listInNewStore = async (): Promise<number> => {
    const start = performance.now();
    const rows = await new ConversationStore({ folder, log: silentLog }).list();
    if (rows.length !== chats) throw new Error(`Expected ${chats} chats, got ${rows.length}.`);
    return performance.now() - start;
  };
  const { list } = await interleaved({ list: listInNewStore }, 15, 2);
  return {
    title: "List of chats",
    columns: ["", "ms", "budget"],
    rows: [[`${chats.toLocaleString("en")} chats in a new window`, spread(list, 0), "< 100 ms"]],
    note: "From the folder on disk to sorted rows: median and interquartile range of 15 runs.",
  };
}

async function measureAppend(folder: string): Promise<Table> {
  const file = new ConversationStore({ folder, log: silentLog }).file("appended");
  await file.append([{ type: "conversation-start", version: 1, id: "appended", at: 0 }]);
  const event: ConversationEvent = { type: "answer-delta", answer: "a", text: "some twenty letters." };
  const plain = path.join(folder, "appended", "plain.jsonl");
  await mkdir(path.dirname(plain), { recursive: true });
  const timePerAppend = async (append: () => Promise<unknown>): Promise<number> => {
    const start = performance.now();
    for (let at = 0; at < appends; at++) await append();
    return (performance.now() - start) / appends;
  };
  const figures = await interleaved(
    {
      "`appendFile` without checks": () => timePerAppend(() => appendFile(plain, `\n${JSON.stringify(event)}`)),
      "append with a check for other windows' events": () => timePerAppend(() => file.append([event])),
    },
    15,
    2,
  );
  return {
    title: "Appending an event to a chat's file",
    columns: ["", "ms", "budget"],
    rows: Object.entries(figures).map(([name, ms], at) => [name, spread(ms, 3), at === 0 ? "" : "< 1 ms"]),
    note: `Median and interquartile range of 15 runs with ${appends} events each.`,
  };
}

function shortConversation(number: number) {
  const at = number * 1_000;
  const events: ConversationEvent[] = [
    {
      type: "turn-add",
      turn: "t",
      question: { text: `Question ${number}: why is this line skipped?`, attachments: [], at },
    },
    { type: "answer-start", turn: "t", answer: "a", at, pid: 0 },
    { type: "answer-delta", answer: "a", text: "Because the loop moves on. ".repeat(20) },
    { type: "answer-change", answer: "a", changes: { status: "complete", model: "m/one:free" } },
  ];
  return events.reduce(apply, emptyConversation(`chat-${number}`, at));
}
