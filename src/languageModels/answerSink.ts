import * as vscode from "vscode";
import type { AnswerSink } from "./answerParts";
import type { ReasoningDetails } from "./chatMessage";
import { reportReasoning, reportReasoningEnd, type AnswerProgress } from "./hostParts";

/** Passes an answer on to VS Code as parts. */
export function answerSink(progress: AnswerProgress): AnswerSink {
  let isReasoning = false;
  const endReasoning = (details?: ReasoningDetails): void => {
    if (!isReasoning && details === undefined) return;
    isReasoning = false;
    reportReasoningEnd(progress, details);
  };
  return {
    text(text) {
      endReasoning();
      progress.report(new vscode.LanguageModelTextPart(text));
    },
    reasoning(text) {
      isReasoning = true;
      reportReasoning(progress, text);
    },
    reasoningDetails: endReasoning,
    toolCall({ id, name, arguments: input }) {
      endReasoning();
      progress.report(new vscode.LanguageModelToolCallPart(id, name, input as object));
    },
    usage({ promptTokens, completionTokens }) {
      progress.report(usagePart(promptTokens, completionTokens));
    },
  };
}

/** The type of the data that fills VS Code's display of the context window. Seen in 1.139.1. */
const usageType = "usage";

function usagePart(prompt: number, completion: number): vscode.LanguageModelDataPart {
  const usage = {
    prompt_tokens: prompt,
    completion_tokens: completion,
    total_tokens: prompt + completion,
    prompt_tokens_details: { cached_tokens: 0 },
  };
  return new vscode.LanguageModelDataPart(new TextEncoder().encode(JSON.stringify(usage)), usageType);
}
