import type { CompletionRequest, ModelId } from "../../src/router/index";
import { composeAnswer } from "../support/openRouter/answer";
import type { Catalogue } from "../support/openRouter/catalogue";
import { parseChatRequest } from "../support/openRouter/chatRequest";

/** The number of random decisions in a simulated answer, each about an optional paragraph. */
const decisions = 4;

/** All complete texts that the simulator may return for the request. A cut or spliced text is not among them. */
export function possibleAnswers(request: CompletionRequest, model: ModelId, catalogue: Catalogue): Set<string> {
  const row = catalogue.find(model);
  const parsed = parseChatRequest({ model, ...request });
  if (!row || "problem" in parsed) return new Set();
  const { request: chat } = parsed;
  return new Set(
    Array.from({ length: 2 ** decisions }, (_, bits) => {
      let decision = 0;
      return composeAnswer(chat, row, () => (bits >> decision++) & 1).text;
    }),
  );
}
