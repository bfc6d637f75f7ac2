import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { refusalDefaults } from "../../../../../src/router/refusalMessages";
import { refused } from "./refused";

const statuses = [400, 401, 402, 403, 404, 409, 413, 422, 429, 500, 502];

describe("the text of a refusal", () => {
  const secrets = /sk-or-v1-[0-9a-f]|user_2|hunter2/;
  const raw = "Bearer sk-or-v1-0123456789abcdef of user_2abcDEF was refused";

  test("contains no API key, user id or flagged input", () => {
    const errors = [
      ...statuses.map((code) => ({ code, message: raw, metadata: { raw } })),
      { code: 400, message: raw, metadata: { raw: { user_id: "user_2abcDEF", key: "sk-or-v1-0123" } } },
      { code: 403, message: "Flagged", metadata: { flagged_input: "hunter2", reasons: ["hunter2"] } },
      raw,
    ];
    for (const each of errors) {
      const { message, details } = refused(typeof each === "string" ? 500 : each.code, each);
      assert.doesNotMatch(JSON.stringify([message, details]), secrets);
    }
  });

  const foreign = [
    "sk-proj-Abc123_def456",
    "sk-ant-api03-AbCdEf-123",
    "sk-0123456789abcdef",
    "sk-****abcd1234",
    "gsk_AbCdEf123456",
    "AIzaSyA-0123456789_abcdef",
    "ghp_0123456789abcdef",
    "github_pat_11ABC_def",
    "hf_AbCdEfGh",
    "xai-0123456789abcdef",
    "nvapi-0123456789abcdef",
    "Bearer abc.DEF-123456",
    "bearer 0123456789abcdef",
    "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.c2ln",
    "org-AbCd1234EfGh",
  ];
  for (const secret of foreign)
    test(`contains no ${secret}, in details and complaint`, () => {
      const text = `Incorrect API key provided: ${secret}. You can find it in the console.`;
      for (const code of [400, 403, 422, 429]) {
        const own = refused(code, { code, message: text });
        const host = refused(code, { code, message: "Provider returned error", metadata: { raw: { error: text } } });
        for (const { message, details } of [own, host]) {
          assert.ok(!JSON.stringify([message, details]).includes(secret));
          assert.match(details.detail ?? "", /Incorrect API key provided: \[(key|user)\]/);
        }
      }
      assert.ok(!JSON.stringify(refused(500, text).details).includes(secret));
    });

  test("contains no user id of a host", () => {
    const raw = { error: "no", user_id: "8f14e45f", user: "ann" };
    const { detail } = refused(502, { code: 502, message: "No", metadata: { raw } }).details;
    assert.equal(detail, 'No\n{"error":"no","user_id":"[user]","user":"[user]"}');
  });

  test("keeps words that look like a secret", () => {
    const text = "The task-force of risk-averse users needs a bearer token for the field user_message.";
    assert.equal(refused(502, { code: 502, message: text }).details.detail, text);
  });

  test("is a sentence of limited length", () => {
    for (const code of statuses)
      for (const metadata of [{}, { provider_name: "Acme" }, { raw: "x".repeat(10_000) }]) {
        const { message, details } = refused(code, { code, message: "x".repeat(10_000), metadata });
        assert.match(message, /^[A-Z].*\w/);
        assert.ok(message.length < 400 && (details.detail ?? "").length <= 2_000);
        assert.ok((details.complaint ?? "").length <= 300);
      }
    assert.equal(refused(400, { code: 400 }).message, "The service refused the request.");
  });

  test("is a sentence for every reason", () => {
    for (const { message } of Object.values(refusalDefaults)) assert.match(message, /^[A-Z][^!]*\.$/);
  });

  test("contains the message and the host's error", () => {
    const raw = "v/m:free is busy";
    assert.equal(refused(429, { code: 429, message: "No", metadata: { raw } }).details.detail, `No\n${raw}`);
    const object = { error: { message: "busy" } };
    const { detail } = refused(502, { code: 502, message: "No", metadata: { raw: object } }).details;
    assert.equal(detail, `No\n${JSON.stringify(object)}`);
  });
});
