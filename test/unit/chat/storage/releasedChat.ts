import type { AttemptFailure } from "../../../../src/router/index";
import type { Conversation } from "../../../../src/chat/conversation/conversation";

/** When the profile of version 0.1.0 was written, epoch milliseconds. */
export const start = 1_795_770_000_000;

const busy: AttemptFailure = { attempt: 1, model: "m/busy:free", reason: "rate-limit-model", message: "Busy." };
const failures: AttemptFailure[] = [
  busy,
  { attempt: 2, model: "m/slow:free", reason: "outrun", message: "Another model was faster." },
  { attempt: 3, model: "m/broken:free", reason: "interrupted", message: "The connection broke off." },
];
const notices = ["m/pinned:free cannot take this question now, so another free model answers."];
const common = { pid: 99_999_999, reasoning: "", failures, notices, wait: null };

/** The conversation `chat-whole` of that profile: every kind of attachment, and every field of an answer. */
export const releasedChat: Conversation = {
  id: "chat-whole",
  createdAt: start,
  title: "The basket",
  pinned: true,
  turns: [
    {
      id: "whole-9",
      question: {
        text: "Why is the total wrong?",
        at: start,
        attachments: [
          {
            id: "whole-1",
            kind: "selection",
            label: "basket.ts:3-4",
            text: "let total = 0;\nfor (const item of items) total += item.price;",
            languageId: "typescript",
            uri: "file:///w/src/basket.ts",
            range: { startLine: 2, startCharacter: 0, endLine: 3, endCharacter: 46 },
            surroundings: "export function sum(items) {\n⋯ here: lines 3-4 ⋯\n}",
          },
          {
            id: "whole-2",
            kind: "file",
            label: "price.ts",
            text: "export const vat = 0.19;\n",
            languageId: "typescript",
            uri: "file:///w/src/price.ts",
            cut: "the last 1,200 of 3,000 lines",
          },
          { id: "whole-3", kind: "folder", label: "src", text: "basket.ts\nprice.ts", uri: "file:///w/src" },
          {
            id: "whole-4",
            kind: "problem",
            label: "basket.ts:4",
            text: "error TS2339: Property 'price' does not exist.",
            uri: "file:///w/src/basket.ts",
            range: { startLine: 3, startCharacter: 32, endLine: 3, endCharacter: 37 },
          },
          { id: "whole-5", kind: "terminal", label: "bash", text: "$ npm test\n1 failing" },
          {
            id: "whole-6",
            kind: "diff",
            label: "Staged Changes",
            text: "-let total\n+let total = 0",
            languageId: "diff",
          },
          { id: "whole-7", kind: "instructions", label: "AGENTS.md", text: "Use tabs.", uri: "file:///w/AGENTS.md" },
          { id: "whole-8", kind: "image", label: "shot.png", mediaType: "image/png", width: 3, height: 2 },
        ],
      },
      answers: [
        {
          ...common,
          id: "whole-10",
          status: "interrupted",
          text: "The loop starts ",
          startedAt: start,
          model: "m/broken:free",
          provider: "Host A",
          durationMs: 1_200,
          error: { reason: "interrupted", model: "m/broken:free" },
        },
        {
          ...common,
          id: "whole-11",
          status: "complete",
          text: "The loop starts at zero. 🧺",
          reasoning: "Sum of prices.",
          startedAt: start + 1_200,
          model: "m/good:free",
          provider: "Host B",
          reasoningMs: 200,
          timeToFirstTextMs: 700,
          durationMs: 600,
          finishReason: "length",
          attempts: 4,
          passedOver: 2,
          usage: { promptTokens: 512, completionTokens: 48, reasoningTokens: 16, cost: 0.0001 },
        },
      ],
    },
    {
      id: "whole-12",
      after: "whole-11",
      question: { text: "And the tax?", at: start + 61_800, attachments: [] },
      answers: [
        {
          ...common,
          id: "whole-13",
          status: "failed",
          text: "",
          startedAt: start + 61_800,
          failures: [busy],
          notices: [],
          model: "m/busy:free",
          provider: null,
          durationMs: 300,
          error: {
            reason: "all-resting",
            status: 429,
            detail: '{"error":{"code":429}}',
            complaint: "Too many requests",
            link: "https://openrouter.ai/credits",
            retryAt: start + 600_000,
            model: "m/busy:free",
            rules: ["resting", "context"],
            tried: ["rate-limit-model", "outrun"],
          },
        },
        {
          ...common,
          id: "whole-14",
          status: "stopped",
          text: "Stopped he",
          startedAt: start + 122_100,
          failures: [],
          notices: ["A notice."],
          model: "m/good:free",
          provider: null,
          durationMs: 200,
          sentFrom: "whole-12",
        },
      ],
    },
  ],
  shown: { "": "whole-9", "whole-9": "whole-11", "whole-11": "whole-12", "whole-12": "whole-14" },
};
