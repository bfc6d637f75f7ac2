import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { findSecret, type Secret } from "../../../src/context/secrets";

describe("What looks secret", () => {
  const byName: [name: string, secret: Secret | undefined][] = [
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
    it(`by its name: ${name} ${secret ?? "does not"}`, () => assert.equal(findSecret({ name }), secret));

  const hex = "0123456789abcdef".repeat(4);
  const letters = "abcdefghijklmnopqrstuvwxyz0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ";
  const byText: [what: string, text: string, secret: Secret | undefined][] = [
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
    ["a key's beginning in prose", "Keys begin with `sk-or-v1-`, those of GitHub with ghp_.", undefined],
    ["a hash", `sha256-${hex}`, undefined],
    ["a name that begins alike", "const sk_live_mode = true; task-or-v1-ish", undefined],
  ];
  for (const [what, text, secret] of byText)
    it(`by its text: ${what} ${secret ?? "does not"}`, () =>
      assert.equal(findSecret({ name: "notes.md", text }), secret));
});
