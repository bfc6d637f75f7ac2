import assert from "node:assert/strict";
import { describe, it } from "node:test";
import fc from "fast-check";
import { redact, redactingLog } from "../../src/log";
import { logLines } from "../support/logLines";

const key = `sk-or-v1-${"0123456789abcdef".repeat(4)}`;

describe("The log", () => {
  const lines: [what: string, line: string, clean: string][] = [
    ["a key", `using ${key} now`, "using sk-… now"],
    ["a key that the service shortened", "key sk-or-v1-au7...890 is used up", "key sk-… is used up"],
    ["a header", `Authorization: Bearer ${key}`, "Authorization: Bearer …"],
    ["a header in JSON", `{"authorization":"Bearer abc.def-ghi"}`, `{"authorization":"Bearer …"}`],
    ["a proxy's header", "Proxy-Authorization: Basic dXNlcjpwYXNz, done", "Proxy-Authorization: Basic …, done"],
    ["a proxy's password", "via http://me:secret@proxy.example:3128/", "via http://…@proxy.example:3128/"],
    ["a sign-in's code", "GET /callback?nonce=1&code=abcdef&x=2", "GET /callback?nonce=1&code=…&x=2"],
    [
      "what is harmless",
      "gemma-4-31b answered after 812 ms (sk-ipped none)",
      "gemma-4-31b answered after 812 ms (sk-ipped none)",
    ],
  ];
  for (const [what, line, clean] of lines) it(`redacts ${what}`, () => assert.equal(redact(line), clean));

  it("redacts at every level", () => {
    const kept = logLines();
    const log = redactingLog(kept);
    for (const level of ["trace", "debug", "info", "warn", "error"] as const) log[level](`it was ${key}`);
    assert.deepEqual(
      kept.lines,
      ["trace", "debug", "info", "warn", "error"].map((level) => `${level} it was sk-…`),
    );
  });

  it("lets no key through, whatever stands around it", () => {
    const digits = fc.string({
      unit: fc.constantFrom(...Array.from("0123456789abcdefABCDEF-_")),
      minLength: 8,
      maxLength: 64,
    });
    const around = fc.string({ unit: "grapheme" }).filter((text) => !/\w$/.test(text));
    fc.assert(
      fc.property(
        around,
        digits,
        fc.string(),
        fc.constantFrom("sk-or-v1-", "Bearer ", "bearer\t"),
        (before, secret, after, prefix) => {
          const clean = redact(`${before}${prefix}${secret} ${after}`);
          assert.ok(!clean.includes(prefix + secret), clean);
        },
      ),
    );
  });

  it("leaves a text without secrets as it is, and a clean one clean", () => {
    fc.assert(
      fc.property(fc.string(), (text) => {
        assert.equal(redact(redact(text)), redact(text));
      }),
    );
    const words = fc.array(
      fc.constantFrom("model", "rests", "until", "12:30", "429", "→", "google/gemma-4-31b-it:free"),
    );
    fc.assert(fc.property(words, (list) => assert.equal(redact(list.join(" ")), list.join(" "))));
  });
});
