import type { TextAttachment } from "../../context/attachment";
import { projectQuestion } from "../conversation/projectMention";
import type { StoredAttachment } from "../conversation/conversation";
import type { OpenConversation } from "../storage/openConversation";

/** Finds the code of the project that a question is about. Each part says in `reason` why it was found. */
export type FindCode = (question: string) => Promise<readonly TextAttachment[]>;

/** The code of the project that stands in the composer while its question mentions `@project`. It follows the question as it is typed. */
export class ProjectCode {
  readonly #conversation: Pick<OpenConversation, "draft">;
  /** What the user has removed from this question. */
  readonly #removed = new Set<string>();
  #question: string | undefined;

  constructor(conversation: Pick<OpenConversation, "draft">) {
    this.#conversation = conversation;
  }

  /** Whether the text needs another search, or what an earlier one found has to go. */
  isOutdated(text: string): boolean {
    return projectQuestion(text) !== this.#question;
  }

  /** Replaces the code in the composer. Does nothing if the question has changed meanwhile: then another search follows. */
  async follow(text: string, find: FindCode): Promise<void> {
    const question = projectQuestion(text);
    this.#question = question;
    if (question === undefined) this.#removed.clear();
    const found = question ? await find(question) : [];
    if (question !== this.#question) return;
    const kept = found.filter((each) => !this.#removed.has(placeOf(each)));
    if (kept.length === 0 && !this.#conversation.draft.content.attachments.some(isFound)) return;
    await this.#conversation.draft.change(({ attachments }) => ({
      attachments: [...attachments.filter((each) => !isFound(each)), ...kept],
    }));
  }

  /** Remembers that the user does not want this part, so that the next search does not bring it back. */
  remove(id: string): void {
    const removed = this.#conversation.draft.content.attachments.find((each) => each.id === id);
    if (removed && isFound(removed)) this.#removed.add(placeOf(removed));
  }

  /** The question has been sent. */
  forget(): void {
    this.#question = undefined;
    this.#removed.clear();
  }
}

function isFound(attachment: StoredAttachment): attachment is TextAttachment {
  return attachment.kind !== "image" && attachment.reason !== undefined;
}

function placeOf({ uri = "", range }: TextAttachment): string {
  return `${uri}:${range?.startLine ?? 0}`;
}
