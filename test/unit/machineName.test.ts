import assert from "node:assert/strict";
import { test } from "node:test";
import { machineName } from "../../src/machineName";

for (const [remoteName, name] of [
  [undefined, "this computer"],
  ["ssh-remote", "the remote machine (ssh-remote)"],
  ["devbox:8443", "the remote machine (devbox)"],
  ["localhost:8000", "the remote machine"],
  ["127.0.0.1:8000", "the remote machine"],
  ["[::1]:8000", "the remote machine"],
] as const)
  test(`With the remote name ${remoteName ?? "of a local window"}, models run on ${name}`, () =>
    assert.equal(machineName(remoteName), name));
