import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { Settings } from "../../../src/config/settings";
import { settings as ids } from "../../../src/manifest";
import { defaultSettings } from "../../../src/router/index";
import { fakeConfiguration } from "../../support/fakeConfiguration";

const gemma = "google/gemma-4-31b-it:free";
const glm = "z-ai/glm-5.2:free";

describe("The settings", () => {
  it("are what the user typed, in the router's units", () => {
    const settings = new Settings(
      fakeConfiguration({
        [ids.baseUrl]: "http://127.0.0.1:1234/api/v1/",
        [ids.strategy]: "pinned",
        [ids.pinnedModel]: ` ${gemma} `,
        [ids.fallbacks]: [glm, gemma, glm],
        [ids.exclude]: ["liquid/lfm-2.5-2.6b:free"],
        [ids.includePreviewModels]: true,
        [ids.dataCollection]: "deny",
        [ids.serverFallbacks]: false,
        [ids.maxAttempts]: 3,
        [ids.firstContentTimeout]: 45,
        [ids.betweenContentsTimeout]: 12.5,
        [ids.hedgeAfter]: 3,
        [ids.requestsPerMinute]: 10,
        [ids.transport]: "undici",
        [ids.instructions]: " Answer in Spanish. ",
      }),
    );
    assert.deepEqual(settings.router, {
      baseUrl: "http://127.0.0.1:1234/api/v1",
      strategy: "pinned",
      pinnedModel: gemma,
      fallbacks: [glm, gemma],
      exclude: ["liquid/lfm-2.5-2.6b:free"],
      includePreviewModels: true,
      dataCollection: "deny",
      serverFallbacks: false,
      maxAttempts: 3,
      firstContentMs: 45_000,
      betweenContentsMs: 12_500,
      hedgeAfterMs: 3_000,
      requestsPerMinute: 10,
    });
    assert.equal(settings.transport, "undici");
    assert.equal(settings.instructions, "Answer in Spanish.");
  });

  it("a workspace may forbid that providers keep what is sent, and not allow what the user forbids", () => {
    for (const [user, workspace, expected] of [
      ["deny", "allow", "deny"],
      ["deny", undefined, "deny"],
      ["allow", "deny", "deny"],
      [undefined, "deny", "deny"],
      ["allow", undefined, "allow"],
    ] as const) {
      const configuration = fakeConfiguration(user === undefined ? {} : { [ids.dataCollection]: user });
      if (workspace !== undefined) configuration.workspace.set(ids.dataCollection, workspace);
      assert.equal(new Settings(configuration).router.dataCollection, expected);
    }
  });

  it("a workspace may rule out more models, and not bring back what the user rules out", () => {
    const configuration = fakeConfiguration({ [ids.exclude]: [glm] });
    const exclude = (workspace: unknown): readonly string[] => {
      configuration.workspace.set(ids.exclude, workspace);
      return new Settings(configuration).router.exclude;
    };
    assert.deepEqual(exclude([]), [glm]);
    assert.deepEqual(exclude([gemma, glm]), [glm, gemma]);
  });

  it("a workspace may turn preview models off, and only the user turns them on", () => {
    for (const [user, workspace, expected] of [
      [undefined, true, false],
      [false, true, false],
      [true, false, false],
      [true, undefined, true],
    ] as const) {
      const configuration = fakeConfiguration(user === undefined ? {} : { [ids.includePreviewModels]: user });
      if (workspace !== undefined) configuration.workspace.set(ids.includePreviewModels, workspace);
      assert.equal(new Settings(configuration).router.includePreviewModels, expected);
    }
  });

  it("of the wrong kind count as absent, numbers out of range as the nearest allowed", () => {
    const nonsense = {
      [ids.strategy]: "clever",
      [ids.pinnedModel]: 7,
      [ids.fallbacks]: "all",
      [ids.exclude]: [1, null, " "],
    };
    const numbers = { [ids.maxAttempts]: 900, [ids.firstContentTimeout]: -1, [ids.hedgeAfter]: NaN };
    const { router } = new Settings(fakeConfiguration({ ...nonsense, ...numbers, [ids.includePreviewModels]: "yes" }));
    assert.deepEqual(router, { ...defaultSettings, maxAttempts: 8, firstContentMs: 1_000 });
  });

  it("with an address that would show the key to the world use OpenRouter's own", () => {
    const settings = new Settings(fakeConfiguration({ [ids.baseUrl]: "http://openrouter.ai/api/v1" }));
    assert.equal(settings.router.baseUrl, defaultSettings.baseUrl);
    assert.deepEqual(settings.baseUrl.refused, { text: "http://openrouter.ai/api/v1", refusal: "not-encrypted" });
  });

  it("tell of changes to ours, and of no others", () => {
    const source = fakeConfiguration({});
    const heard: string[] = [];
    const listening = new Settings(source).onDidChange(() => heard.push("changed"));
    source.type("editor.fontSize", 14);
    assert.deepEqual(heard, []);
    source.type(ids.strategy, "server");
    assert.deepEqual(heard, ["changed"]);
    listening.dispose();
    source.type(ids.strategy, "random");
    assert.deepEqual(heard, ["changed"]);
  });

  it("say what VS Code's network settings say", () => {
    const typed = {
      "http.proxy": "http://proxy.example:3128",
      "http.noProxy": ["*.internal"],
      "http.proxySupport": "off",
    };
    assert.deepEqual(new Settings(fakeConfiguration(typed)).network, {
      proxy: "http://proxy.example:3128",
      proxyAuthorization: undefined,
      noProxy: ["*.internal"],
      useProxy: false,
      strictProxyCertificate: true,
      systemCertificates: true,
    });
  });
});

describe("A choice", () => {
  it("of one model is written for all workspaces", async () => {
    const source = fakeConfiguration({});
    await new Settings(source).choose("pinned", gemma);
    assert.deepEqual(Object.fromEntries(source.user), { [ids.pinnedModel]: gemma, [ids.strategy]: "pinned" });
    assert.equal(source.workspace.size, 0);
  });

  it("is written to the workspace where the workspace has one, or it would have no effect", async () => {
    const source = fakeConfiguration({});
    source.workspace.set(ids.strategy, "server");
    const settings = new Settings(source);
    await settings.choose("adaptive");
    assert.equal(settings.router.strategy, "adaptive");
    assert.deepEqual([...source.user], []);
  });

  it("never to use a model adds it once, and takes it back", async () => {
    const source = fakeConfiguration({ [ids.exclude]: [glm] });
    const settings = new Settings(source);
    await settings.exclude(gemma, true);
    await settings.exclude(gemma, true);
    assert.deepEqual(settings.router.exclude, [glm, gemma]);
    await settings.exclude(glm, false);
    assert.deepEqual(settings.router.exclude, [gemma]);
  });

  it("to use a model again takes it from the user's list and from the workspace's", async () => {
    const source = fakeConfiguration({ [ids.exclude]: [glm, gemma] });
    source.workspace.set(ids.exclude, [gemma]);
    const settings = new Settings(source);
    await settings.exclude(gemma, false);
    assert.deepEqual([source.user.get(ids.exclude), source.workspace.get(ids.exclude)], [[glm], []]);
    await settings.exclude(gemma, true);
    assert.deepEqual(settings.router.exclude, [glm, gemma]);
    assert.deepEqual(source.user.get(ids.exclude), [glm], "the workspace has a list of its own");
  });

  it("never to use the pinned model ends the pin", async () => {
    const settings = new Settings(fakeConfiguration({ [ids.strategy]: "pinned", [ids.pinnedModel]: gemma }));
    await settings.exclude(gemma, true);
    assert.equal(settings.router.strategy, "random");
  });
});
