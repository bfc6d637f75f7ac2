import { storedImages } from "../conversation/conversation";
import type { ConversationStore } from "../storage/conversationStore";
import { OpenConversation, type OpenConversationDependencies } from "../storage/openConversation";
import { forkAt } from "../conversation/branch";
import { Session, type SessionDependencies } from "./session";

export type OpenSessionsDependencies = SessionDependencies & Omit<OpenConversationDependencies, "updateIndex">;

/** The open conversations of this window. Pages that show the same conversation share its session. */
export class OpenSessions {
  readonly #store: ConversationStore;
  readonly #dependencies: OpenSessionsDependencies;
  readonly #open = new Map<string, { session: Promise<Session>; users: number }>();

  constructor(store: ConversationStore, dependencies: OpenSessionsDependencies) {
    this.#store = store;
    this.#dependencies = dependencies;
  }

  /** Opens a conversation, or returns its session if it is open. Call `release` afterwards. */
  async acquire(id: string): Promise<Session> {
    const entry = this.#open.get(id) ?? { session: this.#load(id), users: 0 };
    entry.users += 1;
    this.#open.set(id, entry);
    try {
      return await entry.session;
    } catch (error) {
      if (this.#open.get(id) === entry) this.#open.delete(id);
      throw error;
    }
  }

  /** Ends one use of the session. Closes it after the last one, once the running answer has ended. */
  async release(session: Session): Promise<void> {
    const entry = this.#open.get(session.id);
    if (!entry) return;
    entry.users -= 1;
    await session.idle();
    if (entry.users > 0 || this.#open.get(session.id) !== entry) return;
    // Only this session has what could not be saved, so it stays open and keeps retrying.
    if (session.conversation.isUnsaved) return;
    this.#open.delete(session.id);
    await session.close();
  }

  /** Opens a conversation until `use` has settled. */
  async with<R>(id: string, use: (session: Session) => Promise<R>): Promise<R> {
    const session = await this.acquire(id);
    try {
      return await use(session);
    } finally {
      void this.release(session).catch((error: unknown) => this.#dependencies.log.error(String(error)));
    }
  }

  /** Copies a conversation up to and including this answer. Resolves to the new id. */
  async fork(id: string, answer: string): Promise<string> {
    await this.with(id, ({ conversation }) => conversation.flush());
    const { conversation, images } = await this.#store.readWithImages(id);
    const forked = forkAt(conversation, answer);
    const used = new Map(storedImages(forked).flatMap((image) => [...images].filter(([each]) => each === image.id)));
    const newId = this.#dependencies.newId();
    await this.#store.add(newId, { conversation: forked, images: used });
    return newId;
  }

  /** Closes a conversation for all of its users, before its files are deleted. */
  async end(id: string): Promise<void> {
    const entry = this.#open.get(id);
    this.#open.delete(id);
    await (await entry?.session)?.close();
  }

  /** Closes all conversations: interrupts running answers and saves everything. */
  async close(): Promise<void> {
    const sessions = [...this.#open.values()];
    this.#open.clear();
    await Promise.allSettled(sessions.map(async ({ session }) => (await session).close()));
  }

  async #load(id: string): Promise<Session> {
    const { conversation, damagedBytes } = await OpenConversation.open(this.#store.file(id), {
      ...this.#dependencies,
      updateIndex: (state) => this.#store.updateIndex(state),
    });
    if (damagedBytes > 0) this.#dependencies.log.warn(`Conversation ${id}: skipped ${damagedBytes} damaged bytes.`);
    return new Session(conversation, damagedBytes, this.#dependencies);
  }
}
