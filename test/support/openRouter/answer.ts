import type { ModelRow } from "./catalogue";
import { type ChatPart, type ChatRequest, dataUrlBytes, partsOf, textOf } from "./chatRequest";
import { readImageHeader } from "./picture";
import { sampleForSchema } from "./schemaSample";

/** What a model says, whole; the stream is cut from it. */
export interface Answer {
  reasoning?: string;
  text: string;
  toolCalls?: readonly { id: string; name: string; arguments: string; trailing?: string }[];
  finishReason: string;
  /** USD; 0 or something is wrong. */
  cost?: number;
  /** Characters of one delta; words by default. */
  deltaLength?: number;
}

/** The name that the service puts into `model`: dated, and with the variant that was asked for. */
export function answeringName(row: ModelRow): string {
  return row.id.endsWith(":free") ? `${row.canonical_slug}:free` : row.canonical_slug;
}

/** What the model of this row would say to the request; the same dice, the same answer. */
export function composeAnswer(request: ChatRequest, row: ModelRow, random: () => number): Answer {
  const supports = new Set(row.supported_parameters);
  if (row.id.includes("content-safety")) return { text: "User Safety: safe", finishReason: "stop" };
  const calls = supports.has("tools") ? composeCalls(request, random) : undefined;
  if (calls) return { reasoning: "A tool can tell.", text: "", toolCalls: calls, finishReason: "tool_calls" };
  const format = request.response_format;
  if (format?.type === "json_schema" && supports.has("structured_outputs"))
    return { text: JSON.stringify(sampleForSchema(format.json_schema.schema)), finishReason: "stop" };
  if (format?.type === "json_object" && supports.has("response_format"))
    return { text: JSON.stringify(sampleForSchema(schemaInPrompt(request)), null, 2), finishReason: "stop" };
  const thinks = row.reasoning !== undefined && row.reasoning.default_enabled !== false;
  const quiet = request.reasoning?.exclude === true || request.reasoning?.effort === "none";
  const text = prose(request, row, random);
  const reasoning = `The user wants to know something. I am a simulator, so I shall say so, quote the question and be brief.`;
  return { ...(thinks && !quiet && { reasoning }), text, finishReason: "stop" };
}

/** A tool is called when it must be, or when `auto` is allowed and the question names it. */
function composeCalls(request: ChatRequest, random: () => number): Answer["toolCalls"] {
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

/** A schema that the client wrote into its messages because the model takes `json_object` only. */
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

function prose(request: ChatRequest, row: ModelRow, random: () => number): string {
  const lastUser = request.messages.findLast((each) => each.role === "user" || each.role === "tool");
  const asked = textOf(lastUser);
  const question = asked
    .replace(/(`{3,})[^\n]*\n[\s\S]*?\1/g, " ")
    .replace(/\s+/g, " ")
    .trim();
  const quoted = question.length > 160 ? `${question.slice(0, 160)}…` : question;
  const code = /(`{3,})([^\n]*)\n([\s\S]*?)\1/.exec(asked);
  const paragraphs = [
    lastUser?.role === "tool" ? `The tool said: “${quoted}”.` : `You asked: “${quoted}”`,
    `**${row.name}** (\`${row.id}\`) would answer here. This is the *OpenRouter simulator* speaking in its place: no model was asked, and nothing below is advice.`,
    ...partsOf(lastUser ? [lastUser] : []).flatMap((each) => seen(each) ?? []),
    ...(code ? [aboutCode(code[2] ?? "", code[3] ?? "")] : []),
    ...(wantsOneBlock(request) ? [] : ornaments(random)),
  ];
  return paragraphs.join("\n\n");
}

/** Who edits a file says so, and can do nothing with a second block. */
function wantsOneBlock({ messages }: ChatRequest): boolean {
  return messages.some((each) => each.role === "system" && textOf(each).includes("exactly one fenced code block"));
}

function seen(part: ChatPart): string | undefined {
  switch (part.type) {
    case "text":
      return undefined;
    case "image_url": {
      const data = dataUrlBytes(part.image_url.url);
      const picture = data && readImageHeader(data.bytes);
      if (!picture) return `I see a picture that I cannot read.`;
      return `I see a picture: ${picture.mediaType}, ${picture.width ?? "?"} × ${picture.height ?? "?"} pixels.`;
    }
    case "file":
      return `I see a file: ${part.file.filename ?? "without a name"}.`;
    case "input_audio":
      return `I hear a recording: ${part.input_audio.format}.`;
    case "video_url":
      return "I see a video.";
  }
}

function aboutCode(language: string, code: string): string {
  const lines = code.replace(/\n$/, "").split("\n");
  const first = lines[0]?.trim() ?? "";
  const called = language.trim().split(/\s/)[0] ?? "";
  return `The code you sent has ${lines.length} ${lines.length === 1 ? "line" : "lines"} and begins with \`${first}\`. Here it is, with one line more:\n\n\`\`\`${called}\n// seen by the simulator\n${lines.join("\n")}\n\`\`\``;
}

/** Sometimes a list, a table or a code block, so that whoever looks at an answer sees all of Markdown. */
function ornaments(random: () => number): string[] {
  const all = [
    "What one would look at first:\n\n1. the **names**: do they say what the thing is?\n2. the *edges*: empty, huge, `null`\n3. the tests\n   - does one fail when the code is wrong?",
    "| case | expected | why |\n| --- | ---: | --- |\n| empty | `0` | nothing to add |\n| one | `1` | itself |\n| many | `n` | the sum |",
    '```ts\nexport function sum(values: readonly number[]): number {\n  return values.reduce((total, each) => total + each, 0); // "ünïcödé" – 你好 🦊\n}\n```',
    "> A simulator is patient: ask again and it answers again.\n\nMore in [the documentation](https://openrouter.ai/docs).",
  ];
  return all.filter(() => random() < 0.5);
}
