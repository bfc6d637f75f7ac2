import assert from "node:assert/strict";
import { globSync, readFileSync } from "node:fs";
import path from "node:path";
import { describe, test } from "node:test";
import type { CheckedRouter } from "../../src/context/secretsCheck";
import type { CompletionRequest } from "../../src/router/index";
import { projectRoot } from "../support/projectRoot";

/** The files that call `complete` of a router. Each new one must send a `CheckedRequest`. */
const callers: Readonly<Record<string, "checked" | "wraps the router">> = {
  "src/chat/session/answerTurn.ts": "checked",
  "src/chat/session/projectRounds.ts": "checked",
  "src/commands/askEdit.ts": "checked",
  "src/commands/generateCommitMessage.ts": "checked",
  "src/config/privacyNotice.ts": "wraps the router",
  "src/connect/trialCompletion.ts": "checked",
  "src/languageModels/chatRequests.ts": "checked",
  "src/review/askForFindings.ts": "checked",
  "src/status/activity.ts": "wraps the router",
};

/** The only file that may turn a request into a checked one, and the only one that may create and pass on a router. */
const maker = "src/context/windowSecretsCheck.ts";
const composition = "src/features/chat.ts";

describe("No request bypasses the secrets check", () => {
  const files = globSync("src/**/*.{ts,tsx}", { cwd: projectRoot })
    .map((file) => file.split(path.sep).join("/"))
    .filter((file) => !file.startsWith("src/router/") && !file.startsWith("src/webview/"));
  const textOf = (file: string): string => readFileSync(path.join(projectRoot, file), "utf8");
  const filesWith = (pattern: RegExp): string[] => files.filter((file) => pattern.test(textOf(file))).sort();

  test("because only these files call a router", () => {
    assert.deepEqual(filesWith(/\brouter\??\.complete\b|\bcomplete\(request\b/i), Object.keys(callers));
  });

  test("because no other file has a router that accepts unchecked requests", () => {
    const withoutImports = (file: string): string => textOf(file).replaceAll(/^import [^;]*;$/gm, "");
    const others = filesWith(/\bRouter\b[^;]* from "[^"]*router\/index"/).filter(
      (file) => callers[file] !== "wraps the router" && file !== "src/context/secretsCheck.ts",
    );
    const uses = others.flatMap((file) => withoutImports(file).match(/(?:Pick<)?\bRouter\b(?:, [^>]*>)?/g) ?? []);
    assert.ok(uses.length > 0);
    for (const use of uses) assert.match(use, /^Pick<Router, (?!.*"complete")/);
  });

  test("because one file creates checked requests, and one creates the router", () => {
    assert.deepEqual(filesWith(/\bas (?:unknown as )?CheckedRequest\b|\bas (?:any|never)\b/), [maker]);
    assert.deepEqual(filesWith(/\bcreateRouter\(/), [composition]);
    assert.match(textOf(composition), /const router: CheckedRouter =/);
  });

  test("because the type of a request that was not checked does not fit", () => {
    const send = (router: CheckedRouter, request: CompletionRequest): unknown =>
      // @ts-expect-error: the request did not pass the check.
      router.complete(request);
    assert.equal(typeof send, "function");
  });
});
