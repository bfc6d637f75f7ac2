import type { Attachment } from "../../context/attachment";
import { removeQueued, returnQueued, type DraftedQuestion } from "../conversation/draft";
import type { OpenConversation } from "../storage/openConversation";
import type { ConversationRequests, RequestDependencies } from "./conversationRequests";
import type { HeldBackSubmission } from "./submission";
import { ProjectCode, type FindCode } from "./projectCode";

/** The question that is being written in a conversation, with what is attached to it. */
export class Composer {
  readonly #conversation: OpenConversation;
  readonly #requests: ConversationRequests;
  readonly #dependencies: Pick<RequestDependencies, "projectInstructions">;
  readonly #projectCode: ProjectCode;
  /** Attachments that are still being added. */
  readonly #attaching = new Set<Promise<void>>();

  constructor(
    conversation: OpenConversation,
    requests: ConversationRequests,
    dependencies: Pick<RequestDependencies, "projectInstructions">,
  ) {
    this.#conversation = conversation;
    this.#requests = requests;
    this.#dependencies = dependencies;
    this.#projectCode = new ProjectCode(conversation);
  }

  /** Resolves when everything that is being attached now is there. */
  async whenAttached(): Promise<void> {
    await Promise.allSettled(this.#attaching);
  }

  /** The question has been sent. */
  forget(): void {
    this.#projectCode.forget();
  }

  /** Adds attachments. A question that is submitted meanwhile waits for them. */
  async attach(found: readonly Attachment[] | Promise<readonly Attachment[]>): Promise<void> {
    await this.#addToComposer(Promise.resolve(found).then((attachments) => this.#attach(attachments)));
  }

  /** Whether this text needs another search for code of the project. */
  isProjectCodeOutdated(text: string): boolean {
    return this.#projectCode.isOutdated(text);
  }

  /** Replaces the code of the project in the composer with what the question is about. A question that is submitted meanwhile waits. */
  async followProject(text: string, find: FindCode): Promise<void> {
    await this.#addToComposer(this.#projectCode.follow(text, find));
  }

  async #addToComposer(adding: Promise<void>): Promise<void> {
    this.#attaching.add(adding);
    await adding.finally(() => this.#attaching.delete(adding));
  }

  /** Removes an attachment from the composer, or project instructions from this chat. */
  async detach(id: string): Promise<void> {
    const instructions = (await this.#requests.projectInstructions()).find((each) => each.id === id);
    if (instructions?.uri === undefined) {
      this.#projectCode.remove(id);
      return this.#conversation.draft.detach(id);
    }
    const { uri } = instructions;
    await this.#conversation.draft.change(({ withoutInstructions }) => ({
      withoutInstructions: [...withoutInstructions, uri],
    }));
  }

  /** Removes all attachments from the composer; project instructions stay. */
  async detachAll(): Promise<void> {
    for (const { id } of this.#conversation.draft.content.attachments) this.#projectCode.remove(id);
    await this.#conversation.draft.detachAll();
  }

  /** Adds a question that was held back before it was in the composer, below the draft. */
  async takeHeldBack(
    { text, attachments }: DraftedQuestion,
    { type, secret }: HeldBackSubmission,
  ): Promise<HeldBackSubmission> {
    const prefilled = this.#conversation.draft.prefill(text, attachments);
    // Before the user types on.
    const offset = this.#conversation.draft.content.text.length - text.length;
    await prefilled;
    return { type, ...(secret && { secret: { start: secret.start + offset, end: secret.end + offset } }) };
  }

  /** Returns a queued question to the composer. */
  async unqueue(id: string): Promise<void> {
    await this.#conversation.draft.change((draft) => {
      const { queued } = removeQueued(draft, id);
      return { ...returnQueued({ ...draft, queued: draft.queued.filter((each) => each.id === id) }), queued };
    });
  }

  /** Restores removed project instructions that the user attaches again, instead of attaching them a second time. */
  async #attach(attachments: readonly Attachment[]): Promise<void> {
    const projectUris = attachments.some(({ kind }) => kind === "instructions")
      ? (await this.#dependencies.projectInstructions()).map(({ uri }) => uri)
      : [];
    function isProjectInstructions(each: Attachment): boolean {
      return each.kind === "instructions" && each.uri !== undefined && projectUris.includes(each.uri);
    }
    const restored = attachments.filter(isProjectInstructions);
    const others = attachments.filter((each) => !isProjectInstructions(each));
    if (restored.length > 0) {
      const uris = restored.map((each) => (each.kind === "image" ? undefined : each.uri));
      await this.#conversation.draft.change(({ withoutInstructions }) => ({
        withoutInstructions: withoutInstructions.filter((uri) => !uris.includes(uri)),
      }));
    }
    if (others.length > 0) await this.#conversation.draft.attach(others);
  }
}
