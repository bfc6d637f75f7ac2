import type { CompletionRequest, ModelId } from "../../src/router/index";
import { composeAnswer } from "../support/openRouter/answer";
import type { Catalogue } from "../support/openRouter/catalogue";
import { parseChatRequest } from "../support/openRouter/chatRequest";

/** How many times the simulator throws its dice for an answer: each paragraph at its end comes or does not. */
const throws = 4;

/**
 * Every text that the simulator's model may have said to the request, whole. The dice decide among sixteen; what is cut,
 * holed or spliced is none of them.
 */
export function wholeAnswers(request: CompletionRequest, model: ModelId, catalogue: Catalogue): Set<string> {
  const row = catalogue.find(model);
  const parsed = parseChatRequest({ model, ...request });
  if (!row || "problem" in parsed) return new Set();
  const { request: chat } = parsed;
  return new Set(
    Array.from({ length: 2 ** throws }, (_, luck) => {
      let thrown = 0;
      return composeAnswer(chat, row, () => (luck >> thrown++) & 1).text;
    }),
  );
}
