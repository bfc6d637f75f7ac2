import { createHash } from "node:crypto";
import type { TextAttachment } from "../context/attachment";
import type { CompletionRequest, Router } from "../router/index";
import type { StoredImage } from "./conversation";
import { fitSteps, type Fitting } from "./fitting";
import type { OpenConversation } from "./openConversation";
import { outlook } from "./outlook";
import { pathTo, shownPath, type Step } from "./path";
import { attachedInstructions, completionRequest } from "./prompt";
import type { OutlookView } from "./protocol";
import { attachmentView } from "./transcript";
import type { SentRequest } from "./turn";

export interface RequestsWorld {
  router: Router;
  /** The user's own instructions, read for each question. */
  instructions: () => string;
  /** What the project asks of whoever works in it, read for each question. */
  projectInstructions: () => Promise<readonly TextAttachment[]>;
}

/** How a question is asked: of a model that has not answered it yet, or to go on where an answer broke off. */
export interface AskingWay {
  another?: boolean;
  prefix?: string;
}

/** Makes what is sent to the router out of one conversation, and tells beforehand what would be. */
export class ConversationRequests {
  readonly #conversation: OpenConversation;
  readonly #world: RequestsWorld;

  constructor(conversation: OpenConversation, world: RequestsWorld) {
    this.#conversation = conversation;
    this.#world = world;
  }

  /** The request for a turn's answer, with as much of the conversation as free models can read. */
  async forTurn(turnId: string, { another = false, prefix }: AskingWay = {}): Promise<SentRequest> {
    const steps = pathTo(this.#conversation.state, turnId);
    const readImage = (image: StoredImage) => this.#conversation.file.readImage(image);
    // Where nothing can be found out beforehand, the router says why when it is asked.
    const fitting = await this.#fit(steps, prefix).catch(() => undefined);
    const kept = fitting?.steps ?? steps;
    const request = await this.#request(steps, kept, readImage, prefix);
    const from = kept.length < steps.length ? kept[0]?.turn.id : undefined;
    return {
      request: another ? await this.#excludingAsked(request, steps.at(-1)) : request,
      ...(from !== undefined && { from }),
    };
  }

  /** What becomes of what is in the composer when it is sent now. Throws `RouterError` where there is no catalogue. */
  async outlook(): Promise<OutlookView> {
    const { state, draft } = this.#conversation;
    const { text, attachments } = draft;
    const drafted: Step = {
      turn: { id: "draft", question: { text, attachments, at: 0 }, answers: [] },
      answer: undefined,
      versions: [],
    };
    const steps = [...shownPath(state), drafted];
    const [standing, fitting] = await Promise.all([
      this.projectInstructions(),
      this.#fit(steps).catch(() => undefined),
    ]);
    const instructions = standing.map((each) => attachmentView(each, { imageUrl: () => "" }));
    if (!fitting) return { instructions };
    const resting = new Map(this.#world.router.statistics().map(({ model, restingUntil }) => [model, restingUntil]));
    const leftOut = steps.length - fitting.steps.length;
    return { instructions, ...outlook({ fitting, leftOut, attachments, restingUntil: (model) => resting.get(model) }) };
  }

  /** The project's instructions as far as this chat goes with them; ids change with the text, so that an old one is never shown for it. */
  async projectInstructions(): Promise<TextAttachment[]> {
    const { withoutInstructions } = this.#conversation.draft;
    return (await this.#world.projectInstructions())
      .filter(({ uri }) => uri === undefined || !withoutInstructions.includes(uri))
      .map((each) => ({ ...each, id: `instructions-${digest(`${each.uri ?? ""}\n${each.text}`)}` }));
  }

  async #fit(steps: readonly Step[], prefix?: string): Promise<Fitting> {
    // Of a picture the size counts, which is the same for all.
    const sizeOnly = (image: StoredImage) => Promise.resolve({ ...image, data: "" });
    return fitSteps(steps, (kept) => this.#request(steps, kept, sizeOnly, prefix), this.#world.router);
  }

  /** `steps` is the whole conversation, of which those in `kept` are sent. */
  async #request(
    steps: readonly Step[],
    kept: readonly Step[],
    readImage: (image: StoredImage) => ReturnType<OpenConversation["file"]["readImage"]>,
    prefix: string | undefined,
  ): Promise<CompletionRequest> {
    const standing = await this.projectInstructions();
    const attached = attachedInstructions(steps).filter(({ uri }) => !standing.some((each) => each.uri === uri));
    const request = await completionRequest(kept, {
      instructions: this.#world.instructions(),
      projectInstructions: [...standing, ...attached],
      readImage,
    });
    if (prefix === undefined) return request;
    return { ...request, messages: [...request.messages, ...continuation(prefix)] };
  }

  /** Leaves out every model that answered this question; if that leaves none, only the last one. */
  async #excludingAsked(request: CompletionRequest, step: Step | undefined): Promise<CompletionRequest> {
    const asked = step?.turn.answers.flatMap(({ model }) => model ?? []) ?? [];
    const excluding = { ...request, exclude: asked };
    const { pool } = await this.#world.router.explain(excluding);
    return pool.length > 0 ? excluding : { ...request, exclude: asked.slice(-1) };
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
