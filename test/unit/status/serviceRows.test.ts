import assert from "node:assert/strict";
import { describe, test } from "node:test";
import {
  defaultSettings,
  RouterError,
  serviceKinds,
  type FailureReason,
  type ServiceState,
  type ServiceUse,
} from "../../../src/router/index";
import { serviceRows } from "../../../src/status/serviceRows";
import { fakeClock } from "../../support/clock";
import { hostileNames } from "../../support/hostileNames";
import { renderIcons } from "../../support/vscodeText";

const useOf = (kind: ServiceUse["kind"], more: Partial<ServiceUse> = {}): ServiceUse => ({
  ...{ id: kind, kind, baseUrl: serviceKinds[kind].baseUrl, automatic: true },
  ...more,
});
const stateOf = ({ id, kind, baseUrl }: ServiceUse, reason?: FailureReason): ServiceState => ({
  ...{ id, kind, baseUrl, name: id, place: kind === "ollama" ? "local" : "remote", modelCount: 2 },
  ...(reason && { error: new RouterError(reason, "It failed.") }),
});
const openRouter: ServiceState = {
  ...{ id: "openrouter", kind: "openrouter", name: "OpenRouter", place: "remote", baseUrl: defaultSettings.baseUrl },
  ...{ modelCount: 2, error: new RouterError("no-key", "No key.") },
};
const [ollama, groq] = [useOf("ollama"), useOf("groq")];

const rowsOf = (
  services: readonly ServiceUse[],
  states: readonly ServiceState[],
  serviceOrder = defaultSettings.serviceOrder,
) =>
  serviceRows({
    ...{ states, settings: { services, serviceOrder }, machine: "this computer", now: fakeClock().now() },
  });

describe("serviceRows", () => {
  test("has no rows if OpenRouter is the only service", () => {
    assert.deepEqual(rowsOf([], [openRouter]), []);
  });

  test("names each service with its state and the command that helps", () => {
    assert.deepEqual(rowsOf([ollama, groq], [openRouter, stateOf(ollama, "server-not-running"), stateOf(groq)]), [
      { label: "$(cloud) OpenRouter", description: "API key missing", command: "freeModels.signIn" },
      { label: "$(vm) Ollama", description: "not running", command: "freeModels.useLocalModels", use: ollama },
      { label: "$(cloud) Groq", description: "ready", command: "freeModels.testConnection", use: groq },
    ]);
  });

  test("offers to enter a key that is missing or rejected", () => {
    for (const reason of ["no-key", "unauthorized"] as const)
      assert.equal(rowsOf([groq], [stateOf(groq, reason)])[1]?.command, "freeModels.setApiKey");
  });

  test("lists the services before their state is known, so that they can be removed", () => {
    assert.deepEqual(
      rowsOf([ollama], []).map(({ description, use }) => [description, use?.id]),
      [
        ["", undefined],
        ["", "ollama"],
      ],
    );
  });

  test("says which services Only local excludes", () => {
    assert.deepEqual(
      rowsOf([ollama, groq], [stateOf(ollama)], "only-local").map(({ label, description }) => [label, description]),
      [
        ["$(vm) Ollama", "running on this computer, no limit"],
        ["$(cloud) Groq", "excluded by Only local"],
      ],
    );
  });

  test("shows the user's name of a service as text", () => {
    for (const name of hostileNames) {
      const [, row] = rowsOf([useOf("custom", { id: "mine", name, baseUrl: "https://llm.example/v1" })], []);
      assert.deepEqual(renderIcons(row?.label ?? "").icons, ["cloud"]);
    }
  });
});
