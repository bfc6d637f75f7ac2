import assert from "node:assert/strict";
import { describe, test } from "node:test";
import fc from "fast-check";
import { redact, redactingLog } from "../../src/log";
import { logLines } from "../support/logLines";

const key = `sk-or-v1-${"0123456789abcdef".repeat(4)}`;

describe("redact", () => {
  const lines: [what: string, line: string, redacted: string][] = [
    ["a key", `using ${key} now`, "using sk-… now"],
    ["an abbreviated key", "key sk-or-v1-au7...890 is used up", "key sk-… is used up"],
    ["a header", `Authorization: Bearer ${key}`, "Authorization: Bearer …"],
    ["a header in JSON", `{"authorization":"Bearer abc.def-ghi"}`, `{"authorization":"Bearer …"}`],
    ["a proxy's header", "Proxy-Authorization: Basic dXNlcjpwYXNz, done", "Proxy-Authorization: Basic …, done"],
    ["a proxy's password", "via http://me:secret@proxy.example:3128/", "via http://…@proxy.example:3128/"],
    [
      "a proxy's password with an at sign",
      "via http://me:s@cret@proxy.example:3128/",
      "via http://…@proxy.example:3128/",
    ],
    ["a proxy's password with a quote", "via http://me:it's@proxy.example:3128", "via http://…@proxy.example:3128"],
    ["a proxy without a scheme", "proxy me:s@cr'et@proxy.example:3128 failed", "proxy …@proxy.example:3128 failed"],
    ["a proxy by its address", "HTTPS_PROXY=me:secret@10.0.0.5:3128", "HTTPS_PROXY=…@10.0.0.5:3128"],
    [
      "nothing in a package or an address",
      "npm:foo@1.2.3, mail me@acme.net at 12:30",
      "npm:foo@1.2.3, mail me@acme.net at 12:30",
    ],
    ["a key of Anthropic", `x-api-key: sk-ant-${"api03-aB3_".repeat(4)}`, "x-api-key: sk-…"],
    ["a key of Groq", `Invalid API Key: gsk_${"aB3x".repeat(13)}`, "Invalid API Key: gsk_…"],
    ["a key of NVIDIA", `key nvapi-${"aB3x_".repeat(12)} failed`, "key nvapi-… failed"],
    ["a new key of Google", `key AQ.${"aB3x_".repeat(9)}, rejected`, "key AQ.…, rejected"],
    ["an organization of Groq", "in organization `org_01hx7qaB3xaB3x` on tokens", "in organization `org_…` on tokens"],
    ["a user's id", "by user_2abcDEF3ghi: no", "by user_…: no"],
    ["an account of Cloudflare", `GET /accounts/${"0123456789abcdef".repeat(2)}/ai/v1`, "GET /accounts/…/ai/v1"],
    ["nothing in names of fields", "user_message, user_id and org_members", "user_message, user_id and org_members"],
    ["a token of GitHub", `bad ghp_${"aB3x".repeat(9)}.`, "bad ghp_…."],
    ["a key of Google", `key AIza${"aB3x_".repeat(7)}, rejected`, "key AIza…, rejected"],
    ["a key of Stripe", `sk_live_${"aB3x".repeat(6)}`, "sk_live_…"],
    ["a web token", `got eyJ${"aB3x".repeat(6)}.eyJ${"aB3x".repeat(6)}.${"aB3x".repeat(6)}`, "got eyJ…"],
    ["a sign-in's code", "GET /callback?nonce=1&code=abcdef&x=2", "GET /callback?nonce=1&code=…&x=2"],
    [
      "nothing in a harmless line",
      "gemma-4-31b answered after 812 ms (sk-ipped none)",
      "gemma-4-31b answered after 812 ms (sk-ipped none)",
    ],
  ];
  for (const [what, line, redacted] of lines) test(`redacts ${what}`, () => assert.equal(redact(line), redacted));

  test("applies to every level of redactingLog", () => {
    const target = logLines();
    const log = redactingLog(target);
    for (const level of ["trace", "debug", "info", "warn", "error"] as const) log[level](`key ${key}`);
    assert.deepEqual(
      target.lines,
      ["trace", "debug", "info", "warn", "error"].map((level) => `${level} key sk-…`),
    );
  });

  test("takes linear time on 200 KB of bait", () => {
    const baits = [
      "a-",
      "a:",
      ",a:",
      "a:a@",
      "://",
      "a://",
      "a://a@",
      "sk-",
      "sk-a",
      "eyJ-",
      "eyJaaaaaaaa.",
      "bearer ",
      "?key=",
      "SG.",
      "a",
    ];
    for (const bait of baits) {
      const text = bait.repeat(200_000 / bait.length);
      const start = process.cpuUsage();
      redact(text);
      const { user, system } = process.cpuUsage(start);
      // 20 s before for "a-"; a quadratic pattern takes seconds.
      assert.ok((user + system) / 1_000 < 1_000, `${(user + system) / 1_000} ms for ${bait}`);
    }
  });

  test("redacts keys in any surrounding text", () => {
    const digits = fc.string({
      unit: fc.constantFrom(...Array.from("0123456789abcdefABCDEF-_")),
      minLength: 8,
      maxLength: 64,
    });
    const prefixText = fc.string({ unit: "grapheme" }).filter((text) => !/\w$/.test(text));
    fc.assert(
      fc.property(
        prefixText,
        digits,
        fc.string(),
        fc.constantFrom("sk-or-v1-", "Bearer ", "bearer\t"),
        (before, secret, after, prefix) => {
          const redacted = redact(`${before}${prefix}${secret} ${after}`);
          assert.ok(!redacted.includes(prefix + secret), redacted);
        },
      ),
    );
  });

  test("leaves text without secrets unchanged, and is idempotent", () => {
    fc.assert(
      fc.property(fc.string(), (text) => {
        assert.equal(redact(redact(text)), redact(text));
      }),
    );
    const pieces = fc.array(
      fc.constantFrom("model", "cooldown", "until", "12:30", "429", "→", "google/gemma-4-31b-it:free"),
    );
    fc.assert(fc.property(pieces, (list) => assert.equal(redact(list.join(" ")), list.join(" "))));
  });
});
