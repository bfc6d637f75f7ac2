import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { Settings } from "../../../src/config/settings";
import { settings as ids } from "../../../src/manifest";
import { defaultSettings } from "../../../src/router/index";
import { fakeConfiguration } from "../../support/fakeConfiguration";

const gemma = "google/gemma-4-31b-it:free";
const glm = "z-ai/glm-5.2:free";

describe("Settings", () => {
  test("returns the user's values in the router's units", () => {
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
      services: [],
      serviceOrder: "openrouter-first",
    });
    assert.equal(settings.transport, "undici");
    assert.equal(settings.instructions, "Answer in Spanish.");
  });

  test("keeps the instructions of a workspace apart from the user's, and takes the address from the user only", () => {
    const configuration = fakeConfiguration({ [ids.instructions]: "Mine. " });
    configuration.workspace.set(ids.instructions, " Theirs.");
    configuration.workspace.set(ids.baseUrl, "https://evil.example/v1");
    const settings = new Settings(configuration);
    assert.deepEqual([settings.instructions, settings.workspaceInstructions], ["Mine.", "Theirs."]);
    assert.equal(settings.baseUrl.url, defaultSettings.baseUrl);
    const alone = new Settings(fakeConfiguration({ [ids.instructions]: "Mine." }));
    assert.equal(alone.workspaceInstructions, "");
  });

  test("lets a workspace forbid data collection, but not allow it against the user's setting", () => {
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

  test("lets a workspace exclude more models, but not include those that the user excludes", () => {
    const configuration = fakeConfiguration({ [ids.exclude]: [glm] });
    const exclude = (workspace: unknown): readonly string[] => {
      configuration.workspace.set(ids.exclude, workspace);
      return new Settings(configuration).router.exclude;
    };
    assert.deepEqual(exclude([]), [glm]);
    assert.deepEqual(exclude([gemma, glm]), [glm, gemma]);
  });

  test("lets a workspace turn preview models off, but not on", () => {
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

  test("ignores values of the wrong type and clamps numbers to their range", () => {
    const invalid = {
      [ids.strategy]: "clever",
      [ids.pinnedModel]: 7,
      [ids.fallbacks]: "all",
      [ids.exclude]: [1, null, " "],
    };
    const numbers = { [ids.maxAttempts]: 900, [ids.firstContentTimeout]: -1, [ids.hedgeAfter]: NaN };
    const { router } = new Settings(fakeConfiguration({ ...invalid, ...numbers, [ids.includePreviewModels]: "yes" }));
    assert.deepEqual(router, { ...defaultSettings, maxAttempts: 8, firstContentMs: 1_000 });
  });

  test("uses the default address instead of one that would expose the key", () => {
    const settings = new Settings(fakeConfiguration({ [ids.baseUrl]: "http://openrouter.ai/api/v1" }));
    assert.equal(settings.router.baseUrl, defaultSettings.baseUrl);
    assert.deepEqual(settings.baseUrl.rejected, { text: "http://openrouter.ai/api/v1", problem: "not-encrypted" });
  });

  test("fires for changes of its own settings only", () => {
    const source = fakeConfiguration({});
    const events: string[] = [];
    const subscription = new Settings(source).onDidChange(() => events.push("changed"));
    source.editUserSetting("editor.fontSize", 14);
    assert.deepEqual(events, []);
    source.editUserSetting(ids.strategy, "server");
    assert.deepEqual(events, ["changed"]);
    subscription.dispose();
    source.editUserSetting(ids.strategy, "random");
    assert.deepEqual(events, ["changed"]);
  });

  test("returns VS Code's network settings", () => {
    const values = {
      "http.proxy": "http://proxy.example:3128",
      "http.noProxy": ["*.internal"],
      "http.proxySupport": "off",
    };
    assert.deepEqual(new Settings(fakeConfiguration(values)).network, {
      proxy: "http://proxy.example:3128",
      proxyAuthorization: undefined,
      noProxy: ["*.internal"],
      useProxy: false,
      strictProxyCertificate: true,
      systemCertificates: true,
    });
  });
});

test("Settings.isStrategySet is true as soon as the user or the workspace has chosen", async () => {
  const source = fakeConfiguration({});
  const settings = new Settings(source);
  assert.equal(settings.isStrategySet, false);
  source.workspace.set(ids.strategy, "random");
  assert.equal(settings.isStrategySet, true);
  source.workspace.delete(ids.strategy);
  await settings.setStrategy("random");
  assert.equal(settings.isStrategySet, true);
});

describe("Settings.setStrategy", () => {
  test("writes a pinned model to the user settings", async () => {
    const source = fakeConfiguration({});
    await new Settings(source).setStrategy("pinned", gemma);
    assert.deepEqual(Object.fromEntries(source.user), { [ids.pinnedModel]: gemma, [ids.strategy]: "pinned" });
    assert.equal(source.workspace.size, 0);
  });

  test("writes to the workspace settings if they override the user settings", async () => {
    const source = fakeConfiguration({});
    source.workspace.set(ids.strategy, "server");
    const settings = new Settings(source);
    await settings.setStrategy("adaptive");
    assert.equal(settings.router.strategy, "adaptive");
    assert.deepEqual([...source.user], []);
  });
});

describe("Settings.setExcluded", () => {
  test("adds an excluded model once and removes it when it is included again", async () => {
    const source = fakeConfiguration({ [ids.exclude]: [glm] });
    const settings = new Settings(source);
    await settings.setExcluded(gemma, true);
    await settings.setExcluded(gemma, true);
    assert.deepEqual(settings.router.exclude, [glm, gemma]);
    await settings.setExcluded(glm, false);
    assert.deepEqual(settings.router.exclude, [gemma]);
  });

  test("includes a model by removing it from the user's and the workspace's list", async () => {
    const source = fakeConfiguration({ [ids.exclude]: [glm, gemma] });
    source.workspace.set(ids.exclude, [gemma]);
    const settings = new Settings(source);
    await settings.setExcluded(gemma, false);
    assert.deepEqual([source.user.get(ids.exclude), source.workspace.get(ids.exclude)], [[glm], []]);
    await settings.setExcluded(gemma, true);
    assert.deepEqual(settings.router.exclude, [glm, gemma]);
    assert.deepEqual(source.user.get(ids.exclude), [glm], "the workspace has its own list");
  });

  test("unpins a model when it is excluded", async () => {
    const settings = new Settings(fakeConfiguration({ [ids.strategy]: "pinned", [ids.pinnedModel]: gemma }));
    await settings.setExcluded(gemma, true);
    assert.equal(settings.router.strategy, "random");
  });
});
