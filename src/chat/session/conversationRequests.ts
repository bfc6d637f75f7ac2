import { createHash } from "node:crypto";
import type { TextAttachment } from "../../context/attachment";
import { withTimeout } from "../../lifecycle";
import type { CompletionRequest, Router } from "../../router/index";
import type { StoredImage } from "../conversation/conversation";
import { trimHistory, type TrimmedHistory } from "./trimHistory";
import type { OpenConversation } from "../storage/openConversation";
import { sendPreview, type SendPreview } from "./sendPreview";
import { branchTo, shownBranch, type Step } from "../conversation/branch";
import { attachedInstructions, completionRequest, type PromptOptions } from "./prompt";
import type { SentRequest } from "./answerTurn";

export interface RequestDependencies {
  router: Router;
  /** The user's own instructions, read for each question. */
  instructions: () => string;
  /** What the project asks of whoever works in it, read for each question. */
  projectInstructions: () => Promise<readonly TextAttachment[]>;
}

/** A question does not wait longer for the list of models before it is asked, in milliseconds. */
const patienceMs = 3_000;

/** How a question is asked: of a model that has not answered it yet, or to go on where an answer broke off. */
export interface AskOptions {
  another?: boolean;
  prefix?: string;
}

type ReadImage = PromptOptions["readImage"];
/** The request of some of the steps. */
type MakeRequest = (kept: readonly Step[], readImage: ReadImage) => Promise<CompletionRequest>;

/** Makes what is sent to the router out of one conversation, and tells beforehand what would be. */
export class ConversationRequests {
  readonly #conversation: OpenConversation;
  readonly #dependencies: RequestDependencies;

  constructor(conversation: OpenConversation, dependencies: RequestDependencies) {
    this.#conversation = conversation;
    this.#dependencies = dependencies;
  }

  /** The request for a turn's answer, with as much of the conversation as free models can read; all of it once `signal` says stop. */
  async forTurn(turnId: string, { another = false, prefix }: AskOptions, signal: AbortSignal): Promise<SentRequest> {
    const steps = branchTo(this.#conversation.state, turnId);
    const readImage = (image: StoredImage) => this.#conversation.file.readImage(image);
    const make = this.#maker(steps, await this.projectInstructions(), prefix);
    // Where nothing can be found out beforehand, the router says why when it is asked.
    const fitting = await withTimeout(patienceMs, this.#fit(steps, make), signal);
    const kept = fitting?.steps ?? steps;
    const request = await make(kept, readImage);
    const from = kept.length < steps.length ? kept[0]?.turn.id : undefined;
    return {
      request: another ? await this.#excludingAsked(request, steps.at(-1), signal) : request,
      ...(from !== undefined && { from }),
    };
  }

  /** What becomes of what is in the composer when it is sent now: without a catalogue only what is known here. */
  async sendPreview(): Promise<SendPreview & { instructions: readonly TextAttachment[] }> {
    const { state, draft } = this.#conversation;
    const { text, attachments } = draft;
    const drafted: Step = {
      turn: { id: "draft", question: { text, attachments, at: 0 }, answers: [] },
      answer: undefined,
      versions: [],
    };
    const steps = [...shownBranch(state), drafted];
    const instructions = await this.projectInstructions();
    const trimmed = await this.#fit(steps, this.#maker(steps, instructions)).catch(() => undefined);
    if (!trimmed) return { instructions };
    const resting = new Map(
      this.#dependencies.router.statistics().map(({ model, cooldownUntil }) => [model, cooldownUntil]),
    );
    const leftOut = steps.length - trimmed.steps.length;
    return {
      instructions,
      ...sendPreview({ trimmed, leftOut, attachments, restingUntil: (model) => resting.get(model) }),
    };
  }

  /** The project's instructions as far as this chat goes with them; ids change with the text, so that an old one is never shown for it. */
  async projectInstructions(): Promise<TextAttachment[]> {
    const { withoutInstructions } = this.#conversation.draft;
    return (await this.#dependencies.projectInstructions())
      .filter(({ uri }) => uri === undefined || !withoutInstructions.includes(uri))
      .map((each) => ({ ...each, id: `instructions-${digest(`${each.uri ?? ""}\n${each.text}`)}` }));
  }

  async #fit(steps: readonly Step[], make: MakeRequest): Promise<TrimmedHistory> {
    // Of a picture the size counts, which is the same for all.
    const sizeOnly: ReadImage = (image) => Promise.resolve({ ...image, data: "" });
    return trimHistory(steps, (kept) => make(kept, sizeOnly), this.#dependencies.router);
  }

  /** Makes requests of parts of one conversation, `steps`, with the same instructions in each. */
  #maker(steps: readonly Step[], standing: readonly TextAttachment[], prefix?: string): MakeRequest {
    const attached = attachedInstructions(steps).filter(({ uri }) => !standing.some((each) => each.uri === uri));
    const instructions = this.#dependencies.instructions();
    const projectInstructions = [...standing, ...attached];
    return async (kept, readImage) => {
      const request = await completionRequest(kept, { instructions, projectInstructions, readImage });
      if (prefix === undefined) return request;
      return { ...request, messages: [...request.messages, ...continuation(prefix)] };
    };
  }

  /** Leaves out every model that answered this question; if that leaves none, only the last one. */
  async #excludingAsked(
    request: CompletionRequest,
    step: Step | undefined,
    signal: AbortSignal,
  ): Promise<CompletionRequest> {
    const asked = step?.turn.answers.flatMap(({ model }) => model ?? []) ?? [];
    const excluding = { ...request, exclude: asked };
    const explanation = await withTimeout(patienceMs, this.#dependencies.router.explain(excluding), signal);
    return explanation?.pool.length === 0 ? { ...request, exclude: asked.slice(-1) } : excluding;
  }
}

function continuation(text: string): CompletionRequest["messages"] {
  return [
    { role: "assistant", content: text },
    {
      role: "user",
      content: "Your answer broke off there. Go on exactly where it stopped; repeat nothing, explain nothing.",
    },
  ];
}

function digest(text: string): string {
  return createHash("sha1").update(text).digest("hex").slice(0, 16);
}
