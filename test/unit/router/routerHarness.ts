import {
  createRouter,
  type CompletionOptions,
  type CompletionRequest,
  type Router,
  type RouterOptions,
  type RouterSettings,
} from "../../../src/router/index";
import { fakeClock, type FakeClock } from "../../support/clock";
import { seededRandom } from "../../support/random";
import { logLines } from "../../support/logLines";
import { fakeService, type FakeService } from "./fakeService";
import { question } from "./sampleModels";
import { collectOutcome, type Outcome } from "./wireHarness";

export const key = "sk-or-v1-0123456789abcdef";
/** Free models of the fake service: more than fit into one request's chain of four. */
export const ids = ["m/a:free", "m/b:free", "m/c:free", "m/d:free", "m/e:free", "m/f:free"];

/** A router and a fake service without a network. Their shared clock only advances when the router waits. */
export interface RouterHarness {
  service: FakeService;
  router: Router;
  clock: FakeClock;
  log: ReturnType<typeof logLines>;
  /** Current settings; the router reads them for each request. */
  settings: Partial<RouterSettings>;
  ask(options?: CompletionOptions, request?: CompletionRequest): Promise<Outcome>;
  /** The first model of each chat request so far. */
  askedModels(): unknown[];
}

/** By default each request names a single model. */
export function startRouter(
  settings: Partial<RouterSettings> = {},
  {
    service = fakeService(ids),
    clock = fakeClock(),
    ...overrides
  }: Partial<RouterOptions> & Partial<RouterHarness> = {},
): RouterHarness {
  const log = logLines();
  const currentSettings = { serverFallbacks: false, ...settings };
  const router = createRouter({
    ...{ apiKey: () => Promise.resolve(key), fetch: service.fetch, now: clock.now, random: seededRandom(1), log },
    ...overrides,
    settings: () => currentSettings,
  });
  return {
    ...{ service, router, clock, log, settings: currentSettings },
    ask: (options, request = question) => collectOutcome(router.complete(request, options), clock),
    askedModels: () => service.chats.map(({ body }) => body["model"]),
  };
}
