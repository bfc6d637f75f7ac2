import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { fullModelName, ModelNames } from "../../src/modelNames";
import { ScriptedRouter } from "../support/scriptedRouter";
import { model } from "./router/sampleModels";

describe("fullModelName", () => {
  const names: [id: string, name: string, expected: string][] = [
    ["google/gemma-4-31b-it:free", "Google: Gemma 4 31B (free)", "Gemma 4 31B"],
    ["stealth/ox-alpha", "Ox Alpha", "Ox Alpha"],
    ["a/b:free", "", "b"],
    ["ollama::gemma4:latest", "gemma4:latest", "gemma4 · Ollama"],
    ["groq::openai/gpt-oss-120b", "openai/gpt-oss-120b", "gpt-oss-120b · Groq"],
  ];
  for (const [id, name, expected] of names)
    test(`names ${id}`, () => assert.equal(fullModelName({ id, name }), expected));
});

describe("ModelNames", () => {
  test("knows the names once they are loaded, and reports that", async () => {
    const router = new ScriptedRouter();
    router.pool = [model("google/gemma-4-31b-it:free", { name: "Google: Gemma 4 31B (free)" })];
    const names = new ModelNames(router);
    assert.deepEqual([names.find("x/y:free"), names.nameOf("x/y:free")], [undefined, "y"]);
    const changed = new Promise<void>((resolve) => names.onDidChange(resolve));
    names.load();
    await changed;
    assert.equal(names.find("google/gemma-4-31b-it:free"), "Gemma 4 31B");
    names.dispose();
  });

  test("reads the catalogue for the first name that is asked for", async () => {
    const router = new ScriptedRouter();
    router.pool = [model("google/gemma-4-31b-it:free", { name: "Google: Gemma 4 31B (free)" })];
    const names = new ModelNames(router);
    assert.equal(await names.read("google/gemma-4-31b-it:free"), "Gemma 4 31B");
    assert.equal(await names.read("x/gone:free"), "gone");
    names.dispose();
  });
});
