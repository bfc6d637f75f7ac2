import { createHash } from "node:crypto";
import type { TextAttachment } from "../../context/attachment";
import type { OutgoingText } from "../../context/outgoingText";
import { withTimeout } from "../../lifecycle";
import type { CheckedRouter, NothingToSend, SecretsCheck, SecretsReview } from "../../context/secretsCheck";
import {
  divide,
  type CompletionRequest,
  type Model,
  type ModelId,
  type ServiceState,
  type Tool,
} from "../../router/index";
import type { StoredImage } from "../conversation/conversation";
import { trimHistory, type TrimmedHistory } from "./trimHistory";
import type { OpenConversation } from "../storage/openConversation";
import { sendPreview, type SendPreview } from "./sendPreview";
import type { DraftedQuestion } from "../conversation/draft";
import { projectQuestion } from "../conversation/projectMention";
import type { LookCloserPreview } from "./sendWarning";
import { branchTo, shownBranch, type Step } from "../conversation/branch";
import { attachedInstructions, completionRequest, withToolsPrompt, type PromptOptions } from "./prompt";
import type { FollowUp, SentRequest } from "./sentRequest";
import type { LookCloser } from "./lookCloser";
import { requestsLeft } from "./requestsLeft";
import { outgoingTexts, withoutHeldBack, type RequestParts } from "./requestParts";
import {
  exchangeMessages,
  exchangeTexts,
  messagesWithResults,
  withoutHeldBackParts,
  type ToolExchange,
} from "./toolExchange";

export interface RequestDependencies {
  router: CheckedRouter;
  secrets: SecretsCheck;
  /** The user's instructions; read for each question. */
  instructions: () => string;
  /** Instruction files of the workspace, such as AGENTS.md; read for each question. */
  projectInstructions: () => Promise<readonly TextAttachment[]>;
  lookCloser: LookCloser;
}

/** How long a question waits for the model catalogue before it is sent untrimmed, in milliseconds. */
const catalogueTimeoutMs = 3_000;
/** How long a preview waits for what the services have left, in milliseconds. */
const servicesTimeoutMs = 1_000;

export interface AskOptions {
  /** Ask a model that has not answered the question yet. */
  another?: boolean;
  /** The text of the incomplete answer to continue. */
  prefix?: string;
  /** The models of the answers beside this one, which it leaves to them. */
  othersModels?: readonly ModelId[];
  /** How many rounds of calls models may use to look into the project. */
  rounds?: number;
}

/** A request that the user has reviewed, before its models are chosen. */
interface PreparedRequest {
  readonly request: CompletionRequest;
  /** The turn that it asks about. */
  readonly last: Step | undefined;
  /** Checks the request, with its models, for secrets. Resolves to `undefined` if the user sends nothing. */
  readonly seal: (request: CompletionRequest) => Promise<SentRequest | undefined>;
}

type ReadImage = PromptOptions["readImage"];
/** Builds the request for these steps. */
type BuildRequest = (steps: readonly Step[], readImage: ReadImage) => Promise<CompletionRequest>;

/** Builds the requests of one conversation, and previews the next one. */
export class ConversationRequests {
  readonly #conversation: OpenConversation;
  readonly #dependencies: RequestDependencies;

  constructor(conversation: OpenConversation, dependencies: RequestDependencies) {
    this.#conversation = conversation;
    this.#dependencies = dependencies;
  }

  /**
   * The request for a turn's answer, with as much history as fits free models. If `signal` aborts, stops trimming and includes all.
   * Resolves to `undefined` if the user sends nothing because of a possible secret.
   */
  async forTurn(
    turnId: string,
    { another = false, prefix, othersModels }: AskOptions,
    signal: AbortSignal,
  ): Promise<SentRequest | undefined> {
    const prepared = await this.#prepare(turnId, { prefix, signal });
    if (!prepared) return undefined;
    const { request, last } = prepared;
    const own = othersModels ? { ...request, exclude: othersModels, hedge: false } : request;
    return prepared.seal(another ? await this.#excludeAnswered(own, last, signal) : own);
  }

  /**
   * The requests for the answers of several models to a turn's question. Each asks its model first and has models of its own to fall back
   * on. Empty if the user sends nothing because of a possible secret.
   */
  async forModels(turnId: string, models: readonly ModelId[]): Promise<readonly (SentRequest | undefined)[]> {
    const prepared = await this.#prepare(turnId);
    if (!prepared) return [];
    const { request, seal } = prepared;
    const best = (await withTimeout(catalogueTimeoutMs, this.#dependencies.router.bestModels(request))) ?? [];
    const chains = divide(
      best.map(({ id }) => id),
      models,
    );
    const requests: (SentRequest | undefined)[] = [];
    // One after another, because each may ask the user.
    for (const chain of chains) requests.push(await seal({ ...request, ...chain, hedge: false }));
    return requests;
  }

  /** The models that can answer the draft, or the question of a turn, the best first. Throws `RouterError` if there is no catalogue. */
  async bestModels(turnId?: string): Promise<readonly Model[]> {
    const { state, draft } = this.#conversation;
    const steps = turnId === undefined ? [...shownBranch(state), draftStep(draft.content)] : branchTo(state, turnId);
    const parts = await this.#parts(steps);
    const build = this.#requestBuilder(parts);
    const { steps: sent } = await this.#trim(parts.steps, build);
    return this.#dependencies.router.bestModels(await build(sent, withoutData));
  }

  /**
   * Asks the user about possible secrets in a question before it is asked, and in all that would be sent with it. `before` are the turns
   * before it, and `versions` the ids of the turns that it is an edited version of.
   */
  async reviewQuestion(
    question: DraftedQuestion & { id: string },
    before: readonly Step[],
    versions: readonly string[] = [],
  ): Promise<SecretsReview | NothingToSend> {
    const { id, text, attachments } = question;
    const step: Step = { ...newStep(id, { text, attachments }), versions };
    return this.#review(await this.#parts([...before, step]));
  }

  /** How many rounds of calls a question with this text may have, if the user wants models to look into the project for it. */
  roundsOf(text: string): number {
    const { rounds, isOn } = this.#dependencies.lookCloser;
    return projectQuestion(text) !== undefined && isOn() ? rounds() : 0;
  }

  /** What looking into the project would take; `undefined` if the question is not about the project. Sends no request. */
  async lookCloserPreview(): Promise<LookCloserPreview | undefined> {
    const { rounds, isOn } = this.#dependencies.lookCloser;
    if (projectQuestion(this.#conversation.draft.content.text) === undefined || rounds() === 0) return undefined;
    const { today } = requestsLeft(await this.#services());
    // That none is left is said beside it.
    return { isOn: isOn(), most: rounds() + 1, ...(today !== undefined && today > 0 && { left: today }) };
  }

  /** Previews sending the draft now. Without a catalogue it includes only the instructions. */
  async sendPreview(): Promise<SendPreview & { instructions: readonly TextAttachment[] }> {
    const { state, draft } = this.#conversation;
    const parts = await this.#parts([...shownBranch(state), draftStep(draft.content)]);
    const { steps, projectFiles: instructions } = parts;
    const [trimmed, services] = await Promise.all([
      this.#trim(steps, this.#requestBuilder(parts)).catch(() => undefined),
      this.#services(),
    ]);
    if (!trimmed) return { instructions };
    const cooldowns = new Map(
      this.#dependencies.router.statistics().map(({ model, restingUntil }) => [model, restingUntil]),
    );
    const leftOut = steps.length - trimmed.steps.length;
    return {
      instructions,
      ...sendPreview({
        ...{ trimmed, leftOut, services, attachments: draft.content.attachments },
        cooldownUntil: (model) => cooldowns.get(model),
        mostRequests: this.roundsOf(draft.content.text) + 1,
      }),
    };
  }

  /** The project instructions that this chat uses. Ids derive from the text, so that the page never shows an outdated text. */
  async projectInstructions(): Promise<TextAttachment[]> {
    const { withoutInstructions } = this.#conversation.draft.content;
    return (await this.#dependencies.projectInstructions())
      .filter(({ uri }) => uri === undefined || !withoutInstructions.includes(uri))
      .map((each) => ({ ...each, id: `instructions-${digest(`${each.uri ?? ""}\n${each.text}`)}` }));
  }

  /** The services in use, or none if they are not known soon. Sends no request. */
  async #services(): Promise<readonly ServiceState[]> {
    return (await withTimeout(servicesTimeoutMs, this.#dependencies.router.services())) ?? [];
  }

  async #prepare(
    turnId: string,
    { prefix, signal }: { prefix?: string | undefined; signal?: AbortSignal } = {},
  ): Promise<PreparedRequest | undefined> {
    const all = await this.#parts(branchTo(this.#conversation.state, turnId), prefix);
    const review = await this.#review(all);
    if (review.type === "nothing-to-send") return undefined;
    const parts = withoutHeldBack(all, review.heldBack);
    const { steps } = parts;
    const readImage = (image: StoredImage) => this.#conversation.file.readImage(image);
    const build = this.#requestBuilder(parts);
    // Errors are ignored here: sending the request reports them.
    const trimmed = await withTimeout(catalogueTimeoutMs, this.#trim(steps, build), signal);
    const sent = trimmed?.steps ?? steps;
    const sentFrom = sent.length < steps.length ? sent[0]?.turn.id : undefined;
    const heldBack = review.heldBack.map(({ label }) => label);
    return {
      request: await build(sent, readImage),
      last: steps.at(-1),
      seal: async (request) => {
        const sealed = await review.seal(request);
        return (
          sealed && {
            ...{ request: sealed, heldBack, replaced: review.replaced },
            ...(sentFrom !== undefined && { sentFrom }),
            follow: (exchanges, tools) => this.#follow(parts, request, exchanges, tools),
          }
        );
      },
    };
  }

  async #parts(steps: readonly Step[], prefix?: string): Promise<RequestParts> {
    const projectFiles = await this.projectInstructions();
    const instructions = this.#dependencies.instructions();
    return { steps, instructions, projectFiles, ...(prefix !== undefined && { prefix }) };
  }

  /** The request with what models found in the project. What they found passes the same check as all else. */
  async #follow(
    parts: RequestParts,
    built: CompletionRequest,
    exchanges: readonly ToolExchange[],
    tools: readonly Tool[] | undefined,
  ): Promise<FollowUp | undefined> {
    const review = await this.#review(parts, exchangeTexts(exchanges));
    if (review.type === "nothing-to-send") return undefined;
    const kept = withoutHeldBackParts(exchanges, review.heldBack);
    const pin = kept.at(-1)?.model;
    const request = await review.seal({
      ...built,
      messages: tools
        ? [...withToolsPrompt(built.messages), ...exchangeMessages(kept)]
        : messagesWithResults(kept.length > 0 ? withToolsPrompt(built.messages) : built.messages, kept),
      ...(tools && { tools }),
      ...(pin !== undefined && { pin }),
    });
    return request && { request, exchanges: kept, heldBack: review.heldBack.map(({ label }) => label) };
  }

  #review(parts: RequestParts, found: readonly OutgoingText[] = []): Promise<SecretsReview | NothingToSend> {
    const { id, turns } = this.#conversation.state;
    const answers = turns.flatMap((turn) => turn.answers.map(({ text }) => text));
    return this.#dependencies.secrets.review([...outgoingTexts(parts), ...found], id, answers);
  }

  async #trim(steps: readonly Step[], build: BuildRequest): Promise<TrimmedHistory> {
    return trimHistory(steps, (some) => build(some, withoutData), this.#dependencies.router);
  }

  /** Builds requests for parts of `steps`, each with the instructions of all of them. */
  #requestBuilder({ steps, instructions, projectFiles, prefix }: RequestParts): BuildRequest {
    const attached = attachedInstructions(steps).filter(({ uri }) => !projectFiles.some((each) => each.uri === uri));
    const projectInstructions = [...projectFiles, ...attached];
    return async (some, readImage) => {
      const request = await completionRequest(some, { instructions, projectInstructions, readImage });
      if (prefix === undefined) return request;
      return { ...request, messages: [...request.messages, ...continuation(prefix)] };
    };
  }

  /** Excludes all models that answered this question, or only the last one if no other model is left. */
  async #excludeAnswered(
    request: CompletionRequest,
    step: Step | undefined,
    signal: AbortSignal,
  ): Promise<CompletionRequest> {
    const { exclude = [] } = request;
    const answered = step?.turn.answers.flatMap(({ model }) => model ?? []) ?? [];
    const excluding = { ...request, exclude: [...exclude, ...answered] };
    const explanation = await withTimeout(catalogueTimeoutMs, this.#dependencies.router.explain(excluding), signal);
    return explanation?.pool.length === 0 ? { ...request, exclude: [...exclude, ...answered.slice(-1)] } : excluding;
  }
}

/** Every image counts as the same number of tokens, so its data is not needed to find the models for a request. */
const withoutData: ReadImage = (image) => Promise.resolve({ ...image, data: "" });

function draftStep({ text, attachments }: DraftedQuestion): Step {
  return newStep("draft", { text, attachments });
}

/** A question that is not in the conversation yet. */
function newStep(id: string, question: DraftedQuestion): Step {
  return { turn: { id, question: { ...question, at: 0 }, answers: [] }, answer: undefined, columns: [], versions: [] };
}

function continuation(text: string): CompletionRequest["messages"] {
  return [
    { role: "assistant", content: text },
    {
      role: "user",
      content: "Your answer was cut off. Continue exactly where it stopped. Do not repeat or explain anything.",
    },
  ];
}

function digest(text: string): string {
  return createHash("sha1").update(text).digest("hex").slice(0, 16);
}
