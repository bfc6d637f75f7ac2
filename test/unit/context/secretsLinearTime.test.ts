import assert from "node:assert/strict";
import { describe, test } from "node:test";
import gitleaks from "../../../src/context/secretRules/gitleaks.json";
import { tokenRules } from "../../../src/context/secretRules/tokenRules";
import { findSecret } from "../../../src/context/secrets";

/** 50 ms on an idle machine; more only if something takes quadratic time, which would be seconds. */
const mostMilliseconds = 1_000;

/** Texts that a rule begins to match again and again. */
const baits: readonly string[] = [
  ...'a- a aA1-_ - = " \' ` \\ \\" :// a:b@ ://a: ://a:b@ eyJ eyJ- eyJaaaaaaaaaaaa. M- sig= key key= key=" keykey=\' password= password=\' pwd="\\" aB3 İ 😀 é'.split(
    " ",
  ),
  ...[
    "password ",
    "password = ",
    "password: string = ",
    "password is ",
    "--password ",
    "<password>",
    'password", "',
    "name: password\n value: ",
  ],
  ...[
    "basic ",
    "bearer ",
    "authorization: ",
    "curl -u ",
    "curl -u a:",
    "mysql -p",
    "docker login -p",
    "login a password ",
    "chpasswd 'a:",
  ],
  ...[
    "-----BEGIN PRIVATE KEY-----",
    "-----BEGIN PRIVATE KEY-----\nAAAA",
    "-----BEGIN ",
    "LS0tLS1CRUdJTi",
    "<D>aaaa",
    '"kty" "d":"aaaa',
  ],
  ...[...tokenRules, ...(gitleaks.tokens as typeof tokenRules)].flatMap(({ keywords }) =>
    keywords.flatMap((keyword) => [keyword, `${keyword.toUpperCase()}aB3`, `${keyword}-`]),
  ),
];

function milliseconds(run: () => void): number {
  const start = process.cpuUsage();
  run();
  const { user, system } = process.cpuUsage(start);
  return (user + system) / 1_000;
}

describe("findSecret takes linear time", () => {
  test("on 100 KB of bait of each kind", () => {
    for (const bait of new Set(baits)) {
      const text = bait.repeat(Math.ceil(100_000 / bait.length));
      const time = milliseconds(() => findSecret({ text }));
      assert.ok(time < mostMilliseconds, `${time} ms for ${JSON.stringify(bait)}`);
    }
  });
});
