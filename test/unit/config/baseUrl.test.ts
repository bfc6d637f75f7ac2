import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { parseBaseUrl } from "../../../src/config/baseUrl";

describe("parseBaseUrl", () => {
  const accepted: [text: string, url: string][] = [
    ["https://openrouter.ai/api/v1", "https://openrouter.ai/api/v1"],
    ["  https://openrouter.ai/api/v1//  ", "https://openrouter.ai/api/v1"],
    ["https://proxy.example:8443/v1?x=1#y", "https://proxy.example:8443/v1"],
    ["http://localhost:8080/api/v1", "http://localhost:8080/api/v1"],
    ["http://simulator.localhost/v1", "http://simulator.localhost/v1"],
    ["http://127.0.0.1:41234/api/v1", "http://127.0.0.1:41234/api/v1"],
    ["http://127.8.9.1/v1", "http://127.8.9.1/v1"],
    ["http://2130706433/v1", "http://127.0.0.1/v1"], // 127.0.0.1 as one number
    ["http://[::1]:1234/v1", "http://[::1]:1234/v1"],
  ];
  for (const [text, url] of accepted) test(`accepts ${text}`, () => assert.deepEqual(parseBaseUrl(text), { url }));

  const rejected: [text: string, problem: string][] = [
    ["http://openrouter.ai/api/v1", "not-encrypted"],
    ["http://127.0.0.1.evil.example/v1", "not-encrypted"],
    ["http://127.evil.example/v1", "not-encrypted"],
    ["http://localhost.evil.example/v1", "not-encrypted"],
    ["http://10.0.0.1/v1", "not-encrypted"],
    ["http://[::2]/v1", "not-encrypted"],
    ["https://me:secret@openrouter.ai/api/v1", "has-credentials"],
    ["http://openrouter.ai@127.0.0.1/v1", "has-credentials"],
    ["openrouter.ai/api/v1", "not-an-address"],
    ["file:///etc/passwd", "not-an-address"],
    ["javascript:alert(1)", "not-an-address"],
    ["nonsense", "not-an-address"],
  ];
  for (const [text, problem] of rejected)
    test(`rejects ${text}`, () => assert.deepEqual(parseBaseUrl(text), { problem }));
});
