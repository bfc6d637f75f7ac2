import assert from "node:assert/strict";
import { test } from "node:test";
import type { CompletionRequest } from "../../../src/router/index";
import { openRouterAt, serviceFor, type PoolService } from "../../../src/router/services/registry";
import { isServiceKind, serviceKinds } from "../../../src/router/services/serviceKinds";
import { model, question } from "./sampleModels";

/** Every field of a request that is for the router alone. */
const unsent: Partial<CompletionRequest> = {
  ...{ exclude: ["m/excluded:free"], onlyLocal: true, pin: "m/pinned:free", reserve: 10, hedge: false },
};
const others = Object.keys(serviceKinds).filter(isServiceKind);
const uses: readonly PoolService[] = [
  openRouterAt("https://openrouter.ai/api/v1"),
  ...others.map((kind) => ({ id: kind, kind, baseUrl: "https://service.example/v1", automatic: true })),
];

for (const use of uses)
  test(`fields for the router alone are not sent: ${use.kind}`, () => {
    const bodyOf = (request: CompletionRequest) =>
      serviceFor(use).body({
        ...{ request, chain: ["m/a:free"], model: model("m/a:free"), dataCollection: "allow" },
        ...{ omittedFields: new Set(), hasMandatoryReasoning: false },
      });
    assert.deepEqual(bodyOf({ ...question, ...unsent }), bodyOf(question));
  });
