import type { CheckedRequest, CheckedRouter } from "../context/secretsCheck";
import type { ModelId, RouterEvent } from "../router/index";
import { readFindings, type AnsweredFinding } from "./answeredFindings";

export interface AskOptions {
  readonly router: Pick<CheckedRouter, "complete">;
  readonly signal: AbortSignal;
  /** Called for each request when a model is asked, or when the request has to wait until a time in epoch milliseconds. */
  readonly onProgress: (
    progress: { index: number; model: ModelId } | { index: number; until: number },
  ) => Promise<void>;
  readonly onNotice: (notice: Extract<RouterEvent, { type: "notice" }>) => void;
}

/** A finding and the model that answered it. */
export type AttributedFinding = AnsweredFinding & { readonly model: ModelId };

/** The findings of the requests that were answered. */
export interface Answers {
  readonly findings: readonly AttributedFinding[];
  readonly answered: number;
  /** Why not all requests were answered. */
  readonly stopped?: { readonly error: unknown } | "by-user";
}

/** Sends the requests one after the other. A failure keeps the findings until then: they have cost requests of the day. */
export async function askForFindings(requests: readonly CheckedRequest[], options: AskOptions): Promise<Answers> {
  const findings: AttributedFinding[] = [];
  for (const [index, request] of requests.entries()) {
    try {
      findings.push(...(await askForPart(request, index, options)));
    } catch (error) {
      return { findings, answered: index, stopped: options.signal.aborted ? "by-user" : { error } };
    }
  }
  return { findings, answered: requests.length };
}

async function askForPart(
  request: CheckedRequest,
  index: number,
  { router, signal, onProgress, onNotice }: AskOptions,
): Promise<AttributedFinding[]> {
  let text = "";
  let answeredBy: ModelId = "";
  for await (const event of router.complete(request, { signal, restartAfterOutput: true }))
    switch (event.type) {
      case "wait":
        if (event.model === undefined) await onProgress({ index, until: event.until });
        break;
      case "attempt-start":
        text = ""; // Discards what an earlier attempt wrote.
        await onProgress({ index, model: event.model });
        break;
      case "rival-start":
      case "model":
        await onProgress({ index, model: event.model });
        break;
      case "text-delta":
        text += event.text;
        break;
      case "completion-end":
        answeredBy = event.model;
        break;
      case "notice":
        onNotice(event);
        break;
      case "attempt-slow":
      case "reasoning-delta":
      case "tool-call":
      case "attempt-fail":
        break;
    }
  return readFindings(text).map((finding) => ({ ...finding, model: answeredBy }));
}
