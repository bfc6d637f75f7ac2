import {
  createRouter,
  type CompletionOptions,
  type CompletionRequest,
  type Router,
  type RouterOptions,
  type RouterSettings,
} from "../../../src/router/index";
import { fakeClock, type FakeClock } from "../../support/clock";
import { dice } from "../../support/dice";
import { logLines } from "../../support/logLines";
import { fakeService, type FakeService } from "./fakeService";
import { question } from "./sampleModels";
import { listen, type Outcome } from "./wireHarness";

export const key = "sk-or-v1-0123456789abcdef";
/** Free models of the fake service: so many that no chain of four holds them all. */
export const ids = ["m/a:free", "m/b:free", "m/c:free", "m/d:free", "m/e:free", "m/f:free"];

/** A router and a service without a network, on a clock that stands still but for what the router waits for. */
export interface RouterRig {
  service: FakeService;
  router: Router;
  clock: FakeClock;
  log: ReturnType<typeof logLines>;
  /** Read anew for each request. */
  settings: Partial<RouterSettings>;
  ask(options?: CompletionOptions, request?: CompletionRequest): Promise<Outcome>;
  /** Who was asked first, request by request. */
  asked(): unknown[];
}

/** By default each request names one model. */
export function startRouter(
  settings: Partial<RouterSettings> = {},
  { service = fakeService(ids), clock = fakeClock(), ...more }: Partial<RouterOptions> & Partial<RouterRig> = {},
): RouterRig {
  const log = logLines();
  const all = { serverFallbacks: false, ...settings };
  const router = createRouter({
    ...{ apiKey: () => Promise.resolve(key), fetch: service.fetch, now: clock.now, random: dice(1), log },
    ...more,
    settings: () => all,
  });
  return {
    ...{ service, router, clock, log, settings: all },
    ask: (options, request = question) => listen(router.complete(request, options), clock),
    asked: () => service.chats.map(({ body }) => body["model"]),
  };
}
