import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { WorkspaceServiceOrder } from "../../../src/config/serviceOrder";
import { Settings } from "../../../src/config/settings";
import { settings as ids } from "../../../src/manifest";
import type { ServiceOrder } from "../../../src/router/index";
import { fakeConfiguration } from "../../support/fakeConfiguration";

/** A window with this order in the user settings, in the workspace's settings, and chosen by the user for the workspace. */
function openWindow({ user, workspace, chosen }: { user?: unknown; workspace?: unknown; chosen?: unknown }) {
  const stored = new Map<string, unknown>([["serviceOrder", chosen]]);
  const configuration = fakeConfiguration({ [ids.serviceOrder]: user });
  configuration.workspace.set(ids.serviceOrder, workspace);
  const memento = {
    get: (key: string) => stored.get(key),
    update: (key: string, value: unknown) => Promise.resolve(void stored.set(key, value)),
  };
  const settings = new Settings(configuration, new WorkspaceServiceOrder(memento));
  return { settings, configuration, stored };
}

describe("The order of services", () => {
  const cases: readonly [Parameters<typeof openWindow>[0], expected: ServiceOrder][] = [
    [{}, "openrouter-first"],
    [{ user: "local-first" }, "local-first"],
    [{ user: "all-alike", chosen: "openrouter-first" }, "openrouter-first"],
    // The stricter wins.
    [{ user: "only-local", workspace: "openrouter-first" }, "only-local"],
    [{ user: "openrouter-first", workspace: "only-local" }, "only-local"],
    [{ user: "local-first", workspace: "openrouter-first" }, "local-first"],
    [{ workspace: "all-alike" }, "all-alike"],
    [{ chosen: "only-local" }, "only-local"],
    [{ user: "local-first", chosen: "only-local", workspace: "all-alike" }, "only-local"],
    [{ user: "only-local", chosen: "openrouter-first" }, "only-local"],
    [{ workspace: "only-local", chosen: "openrouter-first" }, "only-local"],
    // Edited by hand
    [{ user: "Only local", workspace: ["only-local"], chosen: 7 }, "openrouter-first"],
    [{ user: "only-local", workspace: null, chosen: "constructor" }, "only-local"],
  ];
  for (const [given, expected] of cases)
    test(`is ${expected} for ${JSON.stringify(given)}`, () => {
      const { settings } = openWindow(given);
      assert.deepEqual(
        [settings.serviceOrder, settings.router.serviceOrder, settings.isOnlyLocal],
        [expected, expected, expected === "only-local"],
      );
    });

  test("is saved for one workspace outside its settings, and fires the change event", async () => {
    const { settings, configuration, stored } = openWindow({ user: "local-first" });
    const seen: ServiceOrder[] = [];
    const subscription = settings.onDidChange(() => seen.push(settings.serviceOrder));
    await settings.setServiceOrder("only-local", "here");
    await settings.setServiceOrder("only-local", "here");
    assert.deepEqual([stored.get("serviceOrder"), seen], ["only-local", ["only-local"]]);
    assert.equal(configuration.workspace.get(ids.serviceOrder), undefined);
    assert.equal(configuration.user.get(ids.serviceOrder), "local-first");
    subscription.dispose();
    await settings.setServiceOrder("all-alike", "here");
    assert.deepEqual(seen, ["only-local"]);
  });

  test("is saved for all workspaces in the user settings, and replaces the choice for the open one", async () => {
    const { settings, configuration, stored } = openWindow({ chosen: "only-local" });
    await settings.setServiceOrder("all-alike");
    assert.deepEqual([configuration.user.get(ids.serviceOrder), stored.get("serviceOrder")], ["all-alike", undefined]);
    assert.equal(settings.serviceOrder, "all-alike");
  });
});
