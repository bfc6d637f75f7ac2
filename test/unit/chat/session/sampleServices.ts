import type { ServiceState } from "../../../../src/router/index";

/** OpenRouter with so many of the day's requests left. */
export function openRouter(remaining: number | undefined, resetsAt = 0): ServiceState {
  const minute = { used: 0, limit: 20, resetsAt: 0 };
  return {
    ...{ id: "openrouter", kind: "openrouter", name: "OpenRouter", place: "remote", baseUrl: "x", modelCount: 3 },
    quota: { used: 0, limit: 50, remaining, resetsAt, exhausted: false, minute },
  };
}

/** A server on this computer. */
export const ollama: ServiceState = {
  ...{ id: "ollama", kind: "ollama", name: "Ollama", place: "local", baseUrl: "x", modelCount: 1 },
};
