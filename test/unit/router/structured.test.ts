import assert from "node:assert/strict";
import { describe, test } from "node:test";
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

/** What becomes of an answer: its JSON text, or what is wrong with it. */
async function check(format: ResponseFormat, answer: string): Promise<string> {
  const validate = await createValidator(format);
  try {
    return validate?.(answer) ?? "not looked at";
  } catch (error) {
    assert.ok(isRouterError(error) && error.reason === "schema-mismatch", String(error));
    assert.equal(error.message, `The answer is not what the response format asks for. ${error.detail ?? ""}`);
    return `wrong: ${error.detail ?? ""}`;
  }
}

const ada = '{"name":"Ada"}';
const fencedCode = JSON.stringify({ name: "Ada", code: "```js\nlet a;\n```\n```" });

describe("an answer by a schema", () => {
  const cases: [what: string, answer: string, becomes: string][] = [
    ["as asked for", ada, ada],
    ["with white space around", `\n ${ada}\n`, ada],
    ["over several lines, as it was written", '{\n  "name": "Ada"\n}', '{\n  "name": "Ada"\n}'],
    ["in a fence", `\`\`\`json\n${ada}\n\`\`\``, ada],
    ["in a fence without a word", `\`\`\`\n${ada}\n\`\`\`\n`, ada],
    ["in a fence of one line", `\`\`\`json ${ada} \`\`\``, ada],
    ["in a fence with lines of Windows", `\`\`\`JSON\r\n${ada}\r\n\`\`\`\r\n`, ada],
    ["in a fence, with words around", `Here you are:\n\n\`\`\`json\n${ada}\n\`\`\`\n\nAnything else?`, ada],
    ["in the first of two fences", `\`\`\`json\n${ada}\n\`\`\`\nand\n\`\`\`js\nada();\n\`\`\``, ada],
    ["that holds fences", fencedCode, fencedCode],
    ["that holds fences, in a fence", `\`\`\`json\n${fencedCode}\n\`\`\``, fencedCode],
    ["that holds fences, in a fence, with words around", `So:\n\`\`\`json\n${fencedCode}\n\`\`\`\nDone.`, fencedCode],
    ["words only", "I cannot do that.", "wrong: It is no JSON."],
    ["nothing", "", "wrong: It is no JSON."],
    ["cut off", '{"name":"Ad', "wrong: It is no JSON."],
    ["two of them", ada + ada, "wrong: It is no JSON."],
    ["something missing", "{}", "wrong: answer must have required property 'name'"],
    ["of another type", '{"name":1}', "wrong: answer/name must be string"],
    ["something too much", '{"name":"Ada","x":1}', "wrong: answer must NOT have additional properties"],
    ["a list of it", `[${ada}]`, "wrong: answer must be object"],
    ["half a number", '{"name":"Ada","age":1.5}', "wrong: answer/age must be integer"],
    ["wrong, in a fence", "```json\n{}\n```", "wrong: answer must have required property 'name'"],
  ];
  for (const [what, answer, becomes] of cases)
    test(what, async () => assert.equal(await check(bySchema(), answer), becomes));

  test("is checked by schemas of any draft, with formats and keywords nobody knows", async () => {
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

  test("may be any JSON where the schema asks for it", async () => {
    assert.equal(await check(bySchema({ type: "array" }), "[1]"), "[1]");
    assert.equal(await check(bySchema({ enum: [null, "a"] }), "null"), "null");
    assert.equal(await check(bySchema({}), "5"), "5");
    const inside = { type: "object", properties: { up: { $ref: "#" } } };
    assert.equal(await check(bySchema(inside), '{"up":{"up":{}}}'), '{"up":{"up":{}}}');
    assert.match(await check(bySchema(inside), '{"up":{"up":1}}'), /answer\/up\/up must be object/);
  });

  const impossible: [what: string, schema: Record<string, unknown>][] = [
    ["a type that is none", { type: "person" }],
    ["properties that are none", { type: "object", properties: 5 }],
    ["a pattern that is none", { type: "string", pattern: "(" }],
    ["a reference into the blue", { $ref: "https://schemas.example/person" }],
    ["a reference to nothing", { $ref: "#/$defs/person" }],
  ];
  for (const [what, own] of impossible)
    test(`cannot be checked: ${what}`, () =>
      assert.rejects(
        createValidator(bySchema(own)),
        (error) =>
          isRouterError(error) && error.reason === "bad-request" && /schema cannot be used/.test(error.message),
      ));
});

describe("an answer in JSON mode", () => {
  const cases: [answer: string, becomes: string][] = [
    [ada, ada],
    [`\`\`\`json\n${ada}\n\`\`\``, ada],
    ["[1]", "wrong: It is no JSON object."],
    ["null", "wrong: It is no JSON object."],
    ["Hello", "wrong: It is no JSON."],
  ];
  for (const [answer, becomes] of cases)
    test(answer.split("\n")[0] ?? "", async () => assert.equal(await check({ type: "json_object" }, answer), becomes));

  test("plain text is not looked at", async () => {
    assert.equal(await createValidator(undefined), undefined);
    assert.equal(await createValidator({ type: "text" }), undefined);
  });
});

describe("the schema in the prompt, for models that know JSON mode only", () => {
  const wish = `Answer with one JSON value and nothing else. It must be valid against this JSON Schema:\n${JSON.stringify(schema)}`;
  const added = { type: "text", text: wish } as const;
  const of = (...messages: Message[]): CompletionRequest => ({ messages, response_format: bySchema(), max_tokens: 9 });
  const picture = { type: "image_url", image_url: { url: "data:," } } as const;
  const cases: [what: string, before: Message[], after: Message[]][] = [
    [
      "goes with the last question",
      [
        { role: "user", content: "A" },
        { role: "assistant", content: "B" },
        { role: "user", content: "C" },
      ],
      [
        { role: "user", content: "A" },
        { role: "assistant", content: "B" },
        { role: "user", content: [{ type: "text", text: "C" }, added] },
      ],
    ],
    [
      "even if something followed it",
      [
        { role: "user", content: [picture] },
        { role: "tool", content: "5", tool_call_id: "1" },
      ],
      [
        { role: "user", content: [picture, added] },
        { role: "tool", content: "5", tool_call_id: "1" },
      ],
    ],
    [
      "is a question of its own, where there is none",
      [{ role: "system", content: "S" }],
      [
        { role: "system", content: "S" },
        { role: "user", content: wish },
      ],
    ],
  ];
  for (const [what, before, after] of cases)
    test(what, () => {
      const request = of(...before);
      const copy = structuredClone(request);
      const expected = { messages: after, response_format: { type: "json_object" }, max_tokens: 9 };
      assert.deepEqual(withSchemaInPrompt(request), expected);
      assert.deepEqual(request, copy, "the caller's request is left as it was");
    });

  test("is not added to other requests", () => {
    const plain: CompletionRequest = { messages: [], response_format: { type: "json_object" } };
    assert.equal(withSchemaInPrompt(plain), plain);
  });
});
