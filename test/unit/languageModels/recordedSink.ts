import type { AnswerSink } from "../../../src/languageModels/answerParts";

/** A sink that records each part as one string. */
export function recordedSink(): { sink: AnswerSink; parts: string[] } {
  const parts: string[] = [];
  const sink: AnswerSink = {
    text: (text) => void parts.push(`text ${text}`),
    reasoning: (text) => void parts.push(`reasoning ${text}`),
    reasoningDetails: (details) => void parts.push(`details ${JSON.stringify(details)}`),
    toolCall: ({ id, arguments: input }) => void parts.push(`call ${id} ${JSON.stringify(input)}`),
    usage: ({ promptTokens, completionTokens }) => void parts.push(`usage ${promptTokens} ${completionTokens}`),
  };
  return { sink, parts };
}
