import type { AnswerHeader, AnswerView, TurnView } from "../../../src/chat/page/protocol";

/** The header of a complete answer, with the given changes. */
export function answerHeader(header: Partial<AnswerHeader> = {}): AnswerHeader {
  return {
    id: "a1",
    status: "complete",
    startedAt: 0,
    model: { id: "google/gemma-3-27b-it:free", name: "Gemma 3 27B" },
    provider: "Google AI Studio",
    failures: [],
    notices: [],
    timeToFirstTextMs: 1234,
    durationMs: 8200,
    tokens: 345,
    ...header,
  };
}

/** A turn with a complete answer, with the given changes. The answer id is `id` followed by `-a`. */
export function turnViewOf(
  id: string,
  turn: Partial<Omit<TurnView, "answer">> = {},
  answer: Partial<AnswerView> = {},
): TurnView {
  return {
    id,
    after: "",
    versions: [id],
    variants: [`${id}-a`],
    question: { text: `Question ${id}?`, attachments: [] },
    answer: { ...answerHeader({ id: `${id}-a` }), text: "The **answer**.", reasoning: "", ...answer },
    ...turn,
  };
}
