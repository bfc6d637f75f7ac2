import { startRouter, type RouterHarness } from "./routerHarness";

/** A harness whose `ask` can be used without it. */
export type Started = Omit<RouterHarness, "ask"> & {
  readonly ask: (...given: Parameters<RouterHarness["ask"]>) => ReturnType<RouterHarness["ask"]>;
};

export function startBound(...given: Parameters<typeof startRouter>): Started {
  const harness = startRouter(...given);
  return { ...harness, ask: (...options) => harness.ask(...options) };
}
