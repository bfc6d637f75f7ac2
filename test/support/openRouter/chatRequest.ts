import * as z from "zod/mini";

// The schema of a chat request, as strict as the service: openrouter.ai/docs/api/api-reference/chat.

const name = z.string().check(z.regex(/^[A-Za-z0-9_-]{1,64}$/));

const part = z.discriminatedUnion("type", [
  z.looseObject({ type: z.literal("text"), text: z.string() }),
  z.looseObject({ type: z.literal("image_url"), image_url: z.looseObject({ url: z.string() }) }),
  z.looseObject({
    type: z.literal("file"),
    file: z.looseObject({ filename: z.optional(z.string()), file_data: z.optional(z.string()) }),
  }),
  z.looseObject({
    type: z.literal("input_audio"),
    input_audio: z.looseObject({ data: z.string(), format: z.string() }),
  }),
  z.looseObject({ type: z.literal("video_url"), video_url: z.looseObject({ url: z.string() }) }),
]);

const content = z.union([z.string(), z.array(part)]);

const calls = z.array(
  z.looseObject({
    id: z.string(),
    type: z.literal("function"),
    function: z.looseObject({ name: z.string(), arguments: z.string() }),
  }),
);

const message = z.discriminatedUnion("role", [
  z.looseObject({ role: z.enum(["system", "developer", "user"]), content }),
  z.looseObject({
    role: z.literal("assistant"),
    content: z.optional(z.nullable(content)),
    tool_calls: z.optional(calls),
  }),
  z.looseObject({ role: z.literal("tool"), content, tool_call_id: z.string() }),
]);

const tool = z.looseObject({
  type: z.string(),
  function: z.optional(
    z.looseObject({ name, description: z.optional(z.string()), parameters: z.optional(z.unknown()) }),
  ),
});

const price = z.union([z.number(), z.string()]);

const provider = z.strictObject({
  order: z.optional(z.array(z.string())),
  only: z.optional(z.array(z.string())),
  ignore: z.optional(z.array(z.string())),
  allow_fallbacks: z.optional(z.boolean()),
  require_parameters: z.optional(z.boolean()),
  data_collection: z.optional(z.enum(["allow", "deny"])),
  zdr: z.optional(z.boolean()),
  enforce_distillable_text: z.optional(z.boolean()),
  quantizations: z.optional(z.array(z.string())),
  sort: z.optional(z.unknown()),
  preferred_min_throughput: z.optional(z.unknown()),
  preferred_max_latency: z.optional(z.unknown()),
  max_price: z.optional(
    z.strictObject({
      prompt: z.optional(price),
      completion: z.optional(price),
      request: z.optional(price),
      image: z.optional(price),
      audio: z.optional(price),
    }),
  ),
});

const count = z.optional(z.nullable(z.int().check(z.minimum(1))));
const between = (min: number, max: number) => z.optional(z.nullable(z.number().check(z.minimum(min), z.maximum(max))));

const chatRequest = z.looseObject({
  messages: z.array(message).check(z.minLength(1)),
  model: z.optional(z.string()),
  models: z.optional(
    z.array(z.string()).check(z.maxLength(3, { error: "'models' array must have 3 items or fewer." })),
  ),
  stream: z.optional(z.boolean()),
  max_tokens: count,
  max_completion_tokens: count,
  temperature: between(0, 2),
  top_p: between(0, 1),
  seed: z.optional(z.nullable(z.int())),
  stop: z.optional(z.nullable(z.union([z.string(), z.array(z.string()).check(z.maxLength(4))]))),
  tools: z.optional(z.array(tool)),
  tool_choice: z.optional(
    z.union([
      z.enum(["none", "auto", "required"]),
      z.looseObject({ type: z.literal("function"), function: z.looseObject({ name }) }),
    ]),
  ),
  parallel_tool_calls: z.optional(z.nullable(z.boolean())),
  response_format: z.optional(
    z.discriminatedUnion("type", [
      z.looseObject({ type: z.literal("text") }),
      z.looseObject({ type: z.literal("json_object") }),
      z.looseObject({
        type: z.literal("json_schema"),
        json_schema: z.looseObject({ name, schema: z.looseObject({}), strict: z.optional(z.nullable(z.boolean())) }),
      }),
    ]),
  ),
  reasoning: z.optional(
    z.looseObject({
      effort: z.optional(z.enum(["max", "xhigh", "high", "medium", "low", "minimal", "none"])),
      enabled: z.optional(z.boolean()),
      max_tokens: z.optional(z.number()),
      exclude: z.optional(z.boolean()),
    }),
  ),
  provider: z.optional(provider),
  plugins: z.optional(
    z.array(z.looseObject({ id: z.string(), pdf: z.optional(z.looseObject({ engine: z.optional(z.string()) })) })),
  ),
  session_id: z.optional(z.string().check(z.maxLength(256))),
});

/** The validated body of `POST /chat/completions`. */
export type ChatRequest = z.infer<typeof chatRequest>;
export type ChatMessage = ChatRequest["messages"][number];
export type ChatPart = z.infer<typeof part>;

/** Fields that the service accepts besides those validated above. */
const otherFields =
  "stream_options usage top_k min_p top_a frequency_penalty presence_penalty repetition_penalty logit_bias logprobs top_logprobs reasoning_effort include_reasoning user metadata trace service_tier verbosity prediction modalities image_config cache_control prompt_cache_key debug route transforms".split(
    " ",
  );

/** Fields of the body that the service does not define: internal fields that the client leaked. */
export function unknownFields(body: ChatRequest): string[] {
  const known = new Set([...Object.keys(chatRequest.shape), ...otherFields]);
  return Object.keys(body).filter((key) => !known.has(key));
}

/** The validated body, or the message of the 400 that the service would answer with. */
export function parseChatRequest(body: unknown): { request: ChatRequest } | { problem: string } {
  const parsed = chatRequest.safeParse(body);
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    const at = issue?.path.join(".") ?? "";
    const fromService = issue?.message.startsWith("'models'") ?? false;
    return { problem: fromService ? (issue?.message ?? "") : `Invalid input at ${at}: ${issue?.message ?? "invalid"}` };
  }
  const problem = toolTurnProblem(parsed.data.messages);
  return problem === undefined ? { request: parsed.data } : { problem };
}

/** Each tool call needs a tool message right after it, and each tool message needs a call. Returns the error message. */
function toolTurnProblem(messages: readonly ChatMessage[]): string | undefined {
  let open = new Set<string>();
  for (const each of messages) {
    if (each.role === "tool") {
      if (!open.delete(each.tool_call_id)) return `No tool call found for tool_call_id ${each.tool_call_id}`;
      continue;
    }
    if (open.size > 0) return `No tool output found for function call ${[...open].join(", ")}`;
    open = new Set(each.role === "assistant" ? each.tool_calls?.map((call) => call.id) : []);
  }
  return open.size > 0 ? `No tool output found for function call ${[...open].join(", ")}` : undefined;
}

/** All content parts of all messages; a plain string counts as one text part. */
export function partsOf(messages: readonly ChatMessage[]): ChatPart[] {
  return messages.flatMap((each) => {
    if (each.content == null) return [];
    return typeof each.content === "string" ? [{ type: "text" as const, text: each.content }] : each.content;
  });
}

/** The text parts of a message, joined by newlines. */
export function textOf(message: ChatMessage | undefined): string {
  if (message === undefined) return "";
  return partsOf([message])
    .flatMap((each) => (each.type === "text" ? each.text : []))
    .join("\n");
}

/** The bytes of a base64 `data:` URL; `undefined` for any other URL. */
export function dataUrlBytes(url: string): { mediaType: string; bytes: Buffer } | undefined {
  const match = /^data:([^;,]+)[^,]*;base64,(.*)$/s.exec(url);
  return match ? { mediaType: match[1] ?? "", bytes: Buffer.from(match[2] ?? "", "base64") } : undefined;
}
