import assert from "node:assert/strict";
import * as vscode from "vscode";
import type { TestApi } from "../../src/testApi";
import { immediatePace, startOpenRouter, type OpenRouter } from "../support/openRouter";
import { closeEditorsWithoutSaving } from "./editors";
import { waitFor } from "./waitFor";

/** A key that the simulator accepts. */
export const validKey = `sk-or-v1-${"0123456789abcdef".repeat(4)}`;

/** What the tests of a suite work with. */
export interface SuiteContext {
  readonly testApi: TestApi;
  readonly openRouter: OpenRouter;
}

/**
 * Connects the extension to a simulated OpenRouter for the tests of the enclosing `describe`, by default with a saved key. The
 * simulator is reset before each test, and editors are closed after it. At the end, requests that could have cost money or
 * contained unknown fields are reported as a failure.
 */
export function setUpSuite({ hasKey = true, folders = 1 }: { hasKey?: boolean; folders?: number } = {}): SuiteContext {
  let started: SuiteContext | undefined;
  const violations: string[] = [];
  const context = (): SuiteContext => {
    if (!started) throw new Error("the suite has not started");
    return started;
  };

  before(async () => {
    // On a busy machine, tests start before VS Code has read a .code-workspace file.
    const { onDidChangeWorkspaceFolders } = vscode.workspace;
    await waitFor(() => vscode.workspace.workspaceFolders?.length === folders, onDidChangeWorkspaceFolders);
    const openRouter = await startOpenRouter();
    await changeSetting("freeModels.baseUrl", openRouter.baseUrl);
    // The tests send more requests per minute than the default allows, and would wait.
    await changeSetting("freeModels.requestsPerMinute", 1_000);
    const testApi = await activateExtension();
    started = { testApi, openRouter };
    if (hasKey) await testApi.apiKey.save(validKey);
  });
  after(async () => {
    await started?.testApi.apiKey.forget();
    await changeSetting("freeModels.baseUrl", undefined);
    await changeSetting("freeModels.requestsPerMinute", undefined);
    await started?.openRouter.close();
    assert.deepEqual(violations, []);
  });
  beforeEach(() => {
    const { openRouter } = context();
    openRouter.reset();
    openRouter.setPace(immediatePace);
    openRouter.account.set({ limits: undefined, usedToday: 0, keys: undefined });
  });
  afterEach(async function () {
    // A failure here would skip the remaining tests.
    for (const violation of context().openRouter.violations)
      violations.push(`${this.currentTest?.fullTitle()}: ${violation}`);
    await closeEditorsWithoutSaving();
  });

  return {
    get testApi() {
      return context().testApi;
    },
    get openRouter() {
      return context().openRouter;
    },
  };
}

/** Activates the extension and resolves to the parts that tests may use. */
export async function activateExtension(): Promise<TestApi> {
  const extension = vscode.extensions.getExtension<TestApi>("free-models.free-models-router");
  assert.ok(extension, "VS Code did not load the extension");
  return extension.activate();
}

/** Changes a user setting; `undefined` removes it. */
export async function changeSetting(name: string, value: unknown): Promise<void> {
  await vscode.workspace.getConfiguration().update(name, value, vscode.ConfigurationTarget.Global);
}
