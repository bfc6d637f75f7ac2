import { t } from "@vscode/l10n";
import type { SecretsCheck, CheckedRouter } from "../context/secretsCheck";
import { failureMessage, toFailure } from "../failureMessages";
import { isRouterError, type Completion, type ModelId, type RouterEvent } from "../router/index";
import { beginsUnnumberedTurn, conversationId, turnKey, type AgentTurn, type AgentTurns } from "./agentTurns";
import { UnknownPlaceholderError, writeAnswer, type AnswerSink } from "./answerParts";
import { completionRequest, type ChatRequest } from "./chatRequest";
import { textOf } from "./chatMessage";
import type { HoldAnswer } from "./heldAgents";
import { outgoingMessages } from "./outgoingMessages";
import { ownNote } from "./ownNote";
import { dailyLimit, type Refusal, type Requesters } from "./requesters";

/** The extension behind VS Code's chat, which makes its requests. */
export const chatExtension = "github.copilot-chat";
/** The requester on hosts that do not tell who asks. */
export const unknownRequester = "unknown";
/** The requester of what VS Code does by itself. */
const coreRequester = "core";

export interface ChatRequestsDependencies {
  readonly router: CheckedRouter;
  readonly secrets: SecretsCheck;
  readonly requesters: Pick<Requesters, "refusal" | "count">;
  readonly turns: AgentTurns;
  readonly hasLocalServices: () => boolean;
  readonly isLocal: (model: ModelId) => boolean;
  /** How many of the day's requests are kept for the user's own questions. */
  readonly reserve: () => number;
  /** Asks whether the agent may go on. Rejects if the signal aborts. */
  readonly askToContinue: (turn: AgentTurn, signal: AbortSignal) => Promise<HoldAnswer>;
  /** The agent whose request is running, for the status bar; `undefined` when its turn has ended. */
  readonly showAgent: (turn: AgentTurn | undefined) => void;
  /** Offers the action that helps against the error. */
  readonly offerAction: (error: unknown) => void;
  /** The name of a model as everywhere. */
  readonly modelName: (id: ModelId) => Promise<string>;
  readonly onNotice: (notice: Extract<RouterEvent, { type: "notice" }>) => void;
  readonly now: () => number;
}

/** An error whose message is a sentence for the user. */
export class ChatRequestError extends Error {}

/**
 * Answers the requests of VS Code's chat and of other extensions with the same router, secrets check and limits as the user's own. In VS
 * Code's chat a failure is answered with a sentence, since VS Code shows thrown errors with advice of its own; other extensions get a
 * `ChatRequestError`.
 */
export class ChatRequests {
  readonly #dependencies: ChatRequestsDependencies;

  constructor(dependencies: ChatRequestsDependencies) {
    this.#dependencies = dependencies;
  }

  async answer(request: ChatRequest, sink: AnswerSink, signal: AbortSignal): Promise<void> {
    const answersInWords = isShownInChat(request);
    const shown = { hasText: false };
    const tracked: AnswerSink = {
      ...sink,
      text(text) {
        shown.hasText = true;
        sink.text(text);
      },
    };
    try {
      await this.#answer(request, tracked, signal);
    } catch (error) {
      if (signal.aborted) return;
      this.#dependencies.offerAction(error);
      const sentence = sentenceFor(error, shown.hasText);
      if (!answersInWords) throw new ChatRequestError(sentence, { cause: error });
      sink.text(shown.hasText ? `\n\n${ownNote(sentence)}` : ownNote(sentence));
    }
  }

  async #answer(request: ChatRequest, sink: AnswerSink, signal: AbortSignal): Promise<void> {
    const { requesters, router } = this.#dependencies;
    const { requester } = request;
    const refusal = await requesters.refusal(requester);
    if (refusal) throw new ChatRequestError(refusalSentence(refusal));
    const onlyLocal = isUtility(request);
    if (onlyLocal && !this.#dependencies.hasLocalServices())
      throw new ChatRequestError(
        t("Titles and progress messages are not requested from free models, to save requests."),
      );
    const key = isAgent(request) ? turnKey(request) : undefined;
    if (key !== undefined && beginsUnnumberedTurn(request)) this.#dependencies.turns.restart(key);
    if (key !== undefined && !(await this.#mayContinue(key, sink, signal))) return;
    const scope = conversationId(request.options) ?? requester;
    const checked = await this.#check(request, scope, onlyLocal);
    let sent = 0;
    let completion: Completion | undefined;
    try {
      const { modelName, onNotice } = this.#dependencies;
      const events = router.complete(checked, { signal, restartAfterOutput: true });
      completion = await writeAnswer(
        events,
        { sink, restore: (text) => this.#restore(text, request, scope), modelName, onNotice },
        this.#dependencies.now,
      );
      sent = completion?.attempts ?? 0;
    } catch (error) {
      sent = isRouterError(error) ? error.attempts.length : 0;
      throw error;
    } finally {
      const counted = completion && this.#dependencies.isLocal(completion.model) ? 0 : sent;
      if (counted > 0) await requesters.count(requester, counted);
      if (key !== undefined) this.#endRequest(key, counted, completion);
    }
  }

  /** Holds an agent that has reached its limit until the user decides. */
  async #mayContinue(key: string, sink: AnswerSink, signal: AbortSignal): Promise<boolean> {
    const { turns, askToContinue, showAgent } = this.#dependencies;
    const turn = turns.get(key);
    showAgent(turn);
    if (turn.requests < turn.allowed) return true;
    sink.reasoning(t("The agent has sent {0} requests. Choose Continue or Stop in the status bar.", turn.requests));
    if ((await askToContinue(turn, signal)) === "continue") {
      showAgent(turns.allowMore(key));
      return true;
    }
    showAgent(undefined);
    sink.text(ownNote(t("Stopped after {0} requests, as you chose.", turn.requests)));
    return false;
  }

  #endRequest(key: string, requests: number, completion: Completion | undefined): void {
    const turn = this.#dependencies.turns.count(key, requests);
    this.#dependencies.showAgent(completion?.finishReason === "tool_calls" ? turn : undefined);
  }

  async #check(request: ChatRequest, scope: string, onlyLocal: boolean) {
    const { secrets, reserve } = this.#dependencies;
    const texts = outgoingMessages(request.messages, scope);
    const review = await secrets.review(texts, scope);
    const kept = reserve();
    const checked =
      review.type === "reviewed"
        ? await review.seal({
            ...completionRequest(request),
            ...(kept > 0 && { reserve: kept }),
            ...(onlyLocal && { onlyLocal }),
          })
        : undefined;
    if (!checked) throw new ChatRequestError(t("Nothing was sent."));
    return checked;
  }

  async #restore(text: string, { messages }: ChatRequest, scope: string): Promise<string> {
    const userTexts = messages.filter(({ role }) => role !== "assistant").map(({ parts }) => textOf(parts));
    const restored = await this.#dependencies.secrets.restore(text, scope, userTexts);
    if ("problem" in restored) throw new UnknownPlaceholderError(restored.problem);
    return restored.code;
  }
}

/** Whether the answer is shown in VS Code's chat, where a sentence can stand in its place. */
function isShownInChat(request: ChatRequest): boolean {
  return isOwnChat(request) && !isUtility(request);
}

function isOwnChat({ requester }: ChatRequest): boolean {
  return requester === chatExtension || requester === coreRequester;
}

/** A request beside a conversation, such as for its title. Seen in 1.139.1: those have neither a conversation nor tools; inline chat has tools. */
function isUtility(request: ChatRequest): boolean {
  return isOwnChat(request) && conversationId(request.options) === undefined && request.tools.length === 0;
}

/** Whether it asks again after each round of tool calls. */
function isAgent({ tools }: ChatRequest): boolean {
  return tools.length > 0;
}

function refusalSentence(refusal: Refusal): string {
  switch (refusal) {
    case "never":
    case "dismissed":
      return t("You have not allowed this extension to use your free requests.");
    case "daily-limit":
      return t("This extension has used its {0} requests of today.", dailyLimit);
  }
}

function sentenceFor(error: unknown, hasText: boolean): string {
  if (error instanceof ChatRequestError || error instanceof UnknownPlaceholderError) return error.message;
  if (isRouterError(error) && error.reason === "aborted") return error.message;
  return failureMessage(toFailure(error), hasText, isRouterError(error) && error.hasReasoning).sentence;
}
