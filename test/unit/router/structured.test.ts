import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { AttemptError } from "../../../src/router/attemptError";
import { isRouterError } from "../../../src/router/errors";
import type { CompletionRequest, Message, ResponseFormat } from "../../../src/router/request";
import { createValidator, withSchemaInPrompt } from "../../../src/router/structured";

const schema = {
  type: "object",
  properties: { name: { type: "string" }, code: { type: "string" }, age: { type: "integer" } },
  required: ["name"],
  additionalProperties: false,
};
const bySchema = (own: Record<string, unknown> = schema): ResponseFormat => ({
  type: "json_schema",
  json_schema: { name: "person", strict: true, schema: own },
});

/** Returns the JSON text of an answer, or the validation error. */
async function check(format: ResponseFormat, answer: string, finishReason?: string): Promise<string> {
  const validate = await createValidator(format);
  try {
    return validate?.(answer, finishReason) ?? "not validated";
  } catch (error) {
    assert.ok(error instanceof AttemptError, String(error));
    if (error.reason === "out-of-tokens") return "out of tokens";
    assert.equal(error.reason, "schema-mismatch");
    const { detail = "" } = error.details;
    assert.equal(error.message, `The answer does not match the response format. ${detail}`);
    return `error: ${detail}`;
  }
}

const ada = '{"name":"Ada"}';
const fencedCode = JSON.stringify({ name: "Ada", code: "```js\nlet a;\n```\n```" });

describe("an answer with a JSON schema", () => {
  const cases: [name: string, answer: string, expected: string][] = [
    ["is accepted as it is", ada, ada],
    ["is trimmed", `\n ${ada}\n`, ada],
    ["keeps its line breaks", '{\n  "name": "Ada"\n}', '{\n  "name": "Ada"\n}'],
    ["is taken from a fence", `\`\`\`json\n${ada}\n\`\`\``, ada],
    ["is taken from a fence without a language", `\`\`\`\n${ada}\n\`\`\`\n`, ada],
    ["is taken from a fence on one line", `\`\`\`json ${ada} \`\`\``, ada],
    ["is taken from a fence with CRLF line endings", `\`\`\`JSON\r\n${ada}\r\n\`\`\`\r\n`, ada],
    ["is taken from a fence surrounded by text", `Here you are:\n\n\`\`\`json\n${ada}\n\`\`\`\n\nAnything else?`, ada],
    ["is taken from the first of two fences", `\`\`\`json\n${ada}\n\`\`\`\nand\n\`\`\`js\nada();\n\`\`\``, ada],
    ["may contain fences", fencedCode, fencedCode],
    ["may contain fences within a fence", `\`\`\`json\n${fencedCode}\n\`\`\``, fencedCode],
    [
      "may contain fences within a fence surrounded by text",
      `So:\n\`\`\`json\n${fencedCode}\n\`\`\`\nDone.`,
      fencedCode,
    ],
    ["is rejected if it is only text", "I cannot do that.", "error: It is not JSON."],
    ["is rejected if it is empty", "", "error: It is not JSON."],
    ["is rejected if it is truncated", '{"name":"Ad', "error: It is not JSON."],
    ["is rejected if it consists of two values", ada + ada, "error: It is not JSON."],
    ["is rejected if a property is missing", "{}", "error: answer must have required property 'name'"],
    ["is rejected if a property has the wrong type", '{"name":1}', "error: answer/name must be string"],
    [
      "is rejected if it has an additional property",
      '{"name":"Ada","x":1}',
      "error: answer must NOT have additional properties",
    ],
    ["is rejected if it is an array", `[${ada}]`, "error: answer must be object"],
    ["is rejected if a number is not an integer", '{"name":"Ada","age":1.5}', "error: answer/age must be integer"],
    [
      "is rejected if the value in the fence is invalid",
      "```json\n{}\n```",
      "error: answer must have required property 'name'",
    ],
  ];
  for (const [name, answer, expected] of cases)
    test(name, async () => assert.equal(await check(bySchema(), answer), expected));

  test("is validated with schemas of any draft, with unknown formats and keywords", async () => {
    const drafts = [
      "http://json-schema.org/draft-07/schema#",
      "https://json-schema.org/draft/2020-12/schema",
      "urn:mine",
    ];
    for (const $schema of drafts) {
      const own = {
        ...schema,
        $schema,
        "x-order": ["name"],
        properties: { name: { type: "string", format: "phone" } },
      };
      assert.equal(await check(bySchema(own), ada), ada);
      assert.match(await check(bySchema(own), "{}"), /required/);
    }
  });

  test("may be any JSON value if the schema allows it", async () => {
    assert.equal(await check(bySchema({ type: "array" }), "[1]"), "[1]");
    assert.equal(await check(bySchema({ enum: [null, "a"] }), "null"), "null");
    assert.equal(await check(bySchema({}), "5"), "5");
    const inside = { type: "object", properties: { up: { $ref: "#" } } };
    assert.equal(await check(bySchema(inside), '{"up":{"up":{}}}'), '{"up":{"up":{}}}');
    assert.match(await check(bySchema(inside), '{"up":{"up":1}}'), /answer\/up\/up must be object/);
  });

  const invalid: [name: string, schema: Record<string, unknown>][] = [
    ["an invalid type", { type: "person" }],
    ["invalid properties", { type: "object", properties: 5 }],
    ["an invalid pattern", { type: "string", pattern: "(" }],
    ["an external reference", { $ref: "https://schemas.example/person" }],
    ["an unresolvable reference", { $ref: "#/$defs/person" }],
  ];
  for (const [name, own] of invalid)
    test(`cannot be validated with ${name}`, () =>
      assert.rejects(
        createValidator(bySchema(own)),
        (error) =>
          isRouterError(error) &&
          error.reason === "bad-request" &&
          /schema of the response format is invalid/.test(error.message),
      ));
});

describe("an answer that was cut off at the token limit", () => {
  const cutAnswers = ['{"name":"Ad', `\`\`\`json\n{"name":`, "{}", "I would say"];
  for (const answer of cutAnswers)
    test(`needs more tokens rather than another model: ${JSON.stringify(answer)}`, async () => {
      assert.equal(await check(bySchema(), answer, "length"), "out of tokens");
    });

  test("needs more tokens in JSON mode too", async () => {
    assert.equal(await check({ type: "json_object" }, '{"name":', "length"), "out of tokens");
  });

  test("is accepted if its JSON is complete", async () => {
    assert.equal(await check(bySchema(), `\`\`\`json\n${ada}\n\`\`\`\nThis is`, "length"), ada);
  });
});

describe("an answer in JSON mode", () => {
  const cases: [answer: string, expected: string][] = [
    [ada, ada],
    [`\`\`\`json\n${ada}\n\`\`\``, ada],
    ["[1]", "error: It is not a JSON object."],
    ["null", "error: It is not a JSON object."],
    ["Hello", "error: It is not JSON."],
  ];
  for (const [answer, expected] of cases)
    test(`${JSON.stringify(answer)}: ${expected}`, async () =>
      assert.equal(await check({ type: "json_object" }, answer), expected));

  test("is not validated as plain text", async () => {
    assert.equal(await createValidator(undefined), undefined);
    assert.equal(await createValidator({ type: "text" }), undefined);
  });
});

describe("the schema in the prompt, for models with only JSON mode", () => {
  const instruction = `Answer with one JSON value and nothing else. It must be valid against this JSON Schema:\n${JSON.stringify(schema)}`;
  const instructionPart = { type: "text", text: instruction } as const;
  const requestOf = (...messages: Message[]): CompletionRequest => ({
    messages,
    response_format: bySchema(),
    max_tokens: 9,
  });
  const image = { type: "image_url", image_url: { url: "data:," } } as const;
  const cases: [name: string, before: Message[], after: Message[]][] = [
    [
      "is added to the last user message",
      [
        { role: "user", content: "A" },
        { role: "assistant", content: "B" },
        { role: "user", content: "C" },
      ],
      [
        { role: "user", content: "A" },
        { role: "assistant", content: "B" },
        { role: "user", content: [{ type: "text", text: "C" }, instructionPart] },
      ],
    ],
    [
      "is added to the last user message even if other messages follow",
      [
        { role: "user", content: [image] },
        { role: "tool", content: "5", tool_call_id: "1" },
      ],
      [
        { role: "user", content: [image, instructionPart] },
        { role: "tool", content: "5", tool_call_id: "1" },
      ],
    ],
    [
      "becomes a user message if there is none",
      [{ role: "system", content: "S" }],
      [
        { role: "system", content: "S" },
        { role: "user", content: instruction },
      ],
    ],
  ];
  for (const [name, before, after] of cases)
    test(name, () => {
      const request = requestOf(...before);
      const copy = structuredClone(request);
      const expected = { messages: after, response_format: { type: "json_object" }, max_tokens: 9 };
      assert.deepEqual(withSchemaInPrompt(request), expected);
      assert.deepEqual(request, copy, "the caller's request is not modified");
    });

  test("is not added to other requests", () => {
    const plain: CompletionRequest = { messages: [], response_format: { type: "json_object" } };
    assert.equal(withSchemaInPrompt(plain), plain);
  });
});
