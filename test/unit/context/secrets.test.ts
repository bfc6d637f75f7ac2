import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { findSecret, type SecretKind } from "../../../src/context/secrets";

describe("findSecret", () => {
  const byName: [name: string, secret: SecretKind | undefined][] = [
    [".env", "environment-file"],
    [".env.production", "environment-file"],
    ["staging.env", "environment-file"],
    [".env.example", undefined],
    [".env.local.sample", undefined],
    ["environment.ts", undefined],
    ["id_ed25519", "private-key"],
    ["id_ed25519.pub", undefined],
    ["server.pfx", "private-key"],
    [".npmrc", "key-file"],
    ["credentials.json", "key-file"],
    ["credentials.ts", undefined],
    ["secretary.ts", undefined],
  ];
  for (const [name, secret] of byName)
    test(`${name} is ${secret ?? "not a secret"}`, () => assert.equal(findSecret({ name })[0]?.kind, secret));

  const hex = "0123456789abcdef".repeat(4);
  const letters = "abcdefghijklmnopqrstuvwxyz0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ";
  const byText: [description: string, text: string, secret: SecretKind | undefined][] = [
    ["an OpenRouter key", `key = "sk-or-v1-${hex}"`, "token"],
    ["an Anthropic key", `sk-ant-api03-${letters}`, "token"],
    ["an OpenAI key", `OPENAI=sk-proj-${letters}`, "token"],
    ["a GitHub token", `ghp_${letters.slice(0, 36)}`, "token"],
    ["an AWS key", "AKIAIOSFODNN7EXAMPLE", "token"],
    ["a Google key", `AIza${letters.slice(0, 35)}`, "token"],
    ["a Slack token", `xoxb-${letters}`, "token"],
    ["a Stripe key", `sk_live_${letters.slice(0, 24)}`, "token"],
    ["a private key", "-----BEGIN OPENSSH PRIVATE KEY-----\nb3Bl", "private-key"],
    ["a PGP private key", "-----BEGIN PGP PRIVATE KEY BLOCK-----\n", "private-key"],
    ["a certificate", "-----BEGIN CERTIFICATE-----\nMIIB", undefined],
    ["a key prefix in prose", "Keys begin with `sk-or-v1-`, those of GitHub with ghp_.", undefined],
    ["a hash", `sha256-${hex}`, undefined],
    ["a similar identifier", "const sk_live_mode = true; task-or-v1-ish", undefined],
  ];
  for (const [description, text, secret] of byText)
    test(`a text with ${description} is ${secret ?? "not a secret"}`, () =>
      assert.equal(findSecret({ name: "notes.md", text })[0]?.kind, secret));

  test("returns the range of each secret", () => {
    const text = "aws AKIAIOSFODNN7EXAMPLE and hf_" + letters.slice(0, 34);
    const secrets = findSecret({ text }).map(({ range }) => text.slice(range?.start, range?.end));
    assert.deepEqual(secrets, ["AKIAIOSFODNN7EXAMPLE", `hf_${letters.slice(0, 34)}`]);
  });
});
