import type { ModelRow } from "./catalogue";
import { type ChatPart, type ChatRequest, dataUrlBytes, partsOf, textOf } from "./chatRequest";
import { readImageHeader } from "./imageHeader";
import { sampleForSchema } from "./schemaSample";

/** The complete answer of a model; the stream is generated from it. */
export interface Answer {
  reasoning?: string;
  text: string;
  toolCalls?: readonly { id: string; name: string; arguments: string; trailing?: string }[];
  finishReason: string;
  /** In USD. Anything but 0 is a fault. */
  cost?: number;
  /** Characters per delta; by default a delta is a word or a part of one. */
  deltaLength?: number;
}

/** The name that the service reports in `model`: the dated slug with the requested variant. */
export function reportedModelName(row: ModelRow): string {
  return row.id.endsWith(":free") ? `${row.canonical_slug}:free` : row.canonical_slug;
}

/** The model that answers; `service` is the name of the simulated service, OpenRouter by default. */
export type AnsweringModel = Pick<ModelRow, "id" | "name" | "supported_parameters" | "reasoning"> & {
  service?: string;
};

/** Composes the answer of the model in `row`. The same random numbers give the same answer. */
export function composeAnswer(request: ChatRequest, row: AnsweringModel, random: () => number): Answer {
  const supports = new Set(row.supported_parameters);
  if (row.id.includes("content-safety")) return { text: "User Safety: safe", finishReason: "stop" };
  const calls = supports.has("tools") ? composeToolCalls(request, random) : undefined;
  if (calls) return { reasoning: "A tool knows the answer.", text: "", toolCalls: calls, finishReason: "tool_calls" };
  const format = request.response_format;
  if (format?.type === "json_schema" && supports.has("structured_outputs"))
    return { text: JSON.stringify(sampleForSchema(format.json_schema.schema)), finishReason: "stop" };
  if (format?.type === "json_object" && supports.has("response_format"))
    return { text: JSON.stringify(sampleForSchema(schemaInPrompt(request)), null, 2), finishReason: "stop" };
  const canReason = row.reasoning !== undefined && row.reasoning.default_enabled !== false;
  const isReasoningHidden = request.reasoning?.exclude === true || request.reasoning?.effort === "none";
  const text = prose(request, row, random);
  const reasoning = "The user has a question. I am a simulator, so I will say so, quote the question and be brief.";
  return { ...(canReason && !isReasoningHidden && { reasoning }), text, finishReason: "stop" };
}

/** Calls a tool if one is required, or if the choice is `auto` and the question names one. */
function composeToolCalls(request: ChatRequest, random: () => number): Answer["toolCalls"] {
  const last = request.messages.at(-1);
  const tools = request.tools?.flatMap((each) => each.function ?? []) ?? [];
  const choice = request.tool_choice ?? "auto";
  if (tools.length === 0 || choice === "none" || last?.role === "tool") return undefined;
  const question = textOf(last);
  const called =
    typeof choice === "object"
      ? tools.find((each) => each.name === choice.function.name)
      : (tools.find((each) => question.includes(each.name)) ?? (choice === "required" ? tools[0] : undefined));
  if (!called) return undefined;
  const id = `call_${Math.floor(random() * 1e9).toString(36)}`;
  return [
    { id, name: called.name, arguments: JSON.stringify(sampleForSchema(called.parameters ?? { type: "object" })) },
  ];
}

/** Finds the schema that the client wrote into its messages because the model supports only `json_object`. */
function schemaInPrompt(request: ChatRequest): unknown {
  const texts = request.messages.map((each) => textOf(each)).join("\n");
  for (let from = texts.indexOf("{"); from >= 0; from = texts.indexOf("{", from + 1)) {
    for (let to = texts.lastIndexOf("}"); to > from; to = texts.lastIndexOf("}", to - 1)) {
      const found = tryJson(texts.slice(from, to + 1));
      if (typeof found === "object" && found !== null && ("properties" in found || "type" in found)) return found;
    }
  }
  return { type: "object", properties: { answer: { type: "string" } } };
}

function tryJson(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}

function prose(request: ChatRequest, row: AnsweringModel, random: () => number): string {
  const lastUser = request.messages.findLast((each) => each.role === "user" || each.role === "tool");
  const text = textOf(lastUser);
  const question = text
    .replace(/(`{3,})[^\n]*\n[\s\S]*?\1/g, " ")
    .replace(/\s+/g, " ")
    .trim();
  const quoted = question.length > 160 ? `${question.slice(0, 160)}…` : question;
  const code = /(`{3,})([^\n]*)\n([\s\S]*?)\1/.exec(text);
  const paragraphs = [
    lastUser?.role === "tool" ? `The tool said: “${quoted}”.` : `You asked: “${quoted}”`,
    `**${row.name}** (\`${row.id}\`) would answer here. This is the *${row.service ?? "OpenRouter"} simulator* answering in its place: no model was called, and nothing below is advice.`,
    ...partsOf(lastUser ? [lastUser] : []).flatMap((each) => describePart(each) ?? []),
    ...(code ? [describeCode(code[2] ?? "", code[3] ?? "")] : []),
    ...(wantsOneBlock(request) ? [] : markdownSamples(random)),
  ];
  return paragraphs.join("\n\n");
}

/** Whether this is an edit request: its system prompt asks for one code block, and a second one would break the edit. */
function wantsOneBlock({ messages }: ChatRequest): boolean {
  return messages.some((each) => each.role === "system" && textOf(each).includes("exactly one fenced code block"));
}

function describePart(part: ChatPart): string | undefined {
  switch (part.type) {
    case "text":
      return undefined;
    case "image_url": {
      const data = dataUrlBytes(part.image_url.url);
      const image = data && readImageHeader(data.bytes);
      if (!image) return "I see an image that I cannot read.";
      return `I see an image: ${image.mediaType}, ${image.width ?? "?"} × ${image.height ?? "?"} pixels.`;
    }
    case "file":
      return `I see a file: ${part.file.filename ?? "unnamed"}.`;
    case "input_audio":
      return `I hear a recording: ${part.input_audio.format}.`;
    case "video_url":
      return "I see a video.";
  }
}

function describeCode(language: string, code: string): string {
  const lines = code.replace(/\n$/, "").split("\n");
  const first = lines[0]?.trim() ?? "";
  const languageId = language.trim().split(/\s/)[0] ?? "";
  return `The code you sent has ${lines.length} ${lines.length === 1 ? "line" : "lines"} and begins with \`${first}\`. Here it is, with one line added:\n\n\`\`\`${languageId}\n// read by the simulator\n${lines.join("\n")}\n\`\`\``;
}

/** Adds a list, table, code block or quote at random, so that answers show all of Markdown. */
function markdownSamples(random: () => number): string[] {
  const all = [
    "What to review first:\n\n1. the **names**: do they describe their purpose?\n2. the *edge cases*: empty, huge, `null`\n3. the tests\n   - does one fail when the code is wrong?",
    "| case | expected | why |\n| --- | ---: | --- |\n| empty | `0` | nothing to add |\n| one | `1` | itself |\n| many | `n` | the sum |",
    '```ts\nexport function sum(values: readonly number[]): number {\n  return values.reduce((total, each) => total + each, 0); // "ünïcödé" – 你好 🦊\n}\n```',
    "> The simulator answers as often as you ask.\n\nMore in [the documentation](https://openrouter.ai/docs).",
  ];
  return all.filter(() => random() < 0.5);
}
