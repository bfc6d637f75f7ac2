import { storedImages } from "../conversation/conversation";
import type { ConversationStore } from "../storage/conversationStore";
import { OpenConversation, type OpenConversationDependencies } from "../storage/openConversation";
import { forkAt } from "../conversation/branch";
import { Session, type SessionDependencies } from "./session";

export type OpenSessionsDependencies = SessionDependencies & Omit<OpenConversationDependencies, "updateIndex">;

/** The conversations that are open in this window, each once, however many pages show it. */
export class OpenSessions {
  readonly #store: ConversationStore;
  readonly #dependencies: OpenSessionsDependencies;
  readonly #open = new Map<string, { session: Promise<Session>; users: number }>();

  constructor(store: ConversationStore, dependencies: OpenSessionsDependencies) {
    this.#store = store;
    this.#dependencies = dependencies;
  }

  /** Opens a conversation, or shares it with who has it open already; `release` it afterwards. */
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

  /** An answer that still runs goes on; the session is let go when it has ended and nobody came back. */
  async release(session: Session): Promise<void> {
    const entry = this.#open.get(session.id);
    if (!entry) return;
    entry.users -= 1;
    await session.idle();
    if (entry.users > 0 || this.#open.get(session.id) !== entry) return;
    // What the disk refuses is nowhere else: it stays here, for whoever comes back to it.
    if (session.conversation.isUnsaved) return;
    this.#open.delete(session.id);
    await session.close();
  }

  /** Opens a conversation for as long as `use` takes. */
  async with<R>(id: string, use: (session: Session) => Promise<R>): Promise<R> {
    const session = await this.acquire(id);
    try {
      return await use(session);
    } finally {
      void this.release(session).catch((error: unknown) => this.#dependencies.log.error(String(error)));
    }
  }

  /** A new conversation that goes as far as this turn of another one, and its id. */
  async fork(id: string, turn: string): Promise<string> {
    await this.with(id, ({ conversation }) => conversation.flush());
    const { conversation, images } = await this.#store.readWithImages(id);
    const forked = forkAt(conversation, turn);
    const own = new Map(storedImages(forked).flatMap((image) => [...images].filter(([each]) => each === image.id)));
    const newId = this.#dependencies.newId();
    await this.#store.add(newId, { conversation: forked, images: own });
    return newId;
  }

  /** Ends a conversation wherever it is open: before its files go. */
  async end(id: string): Promise<void> {
    const entry = this.#open.get(id);
    this.#open.delete(id);
    await (await entry?.session)?.close();
  }

  /** Ends everything: what runs becomes interrupted, what is not yet on disk is written. */
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
    if (damagedBytes > 0)
      this.#dependencies.log.warn(`Conversation ${id}: ${damagedBytes} damaged bytes were left out.`);
    return new Session(conversation, damagedBytes, this.#dependencies);
  }
}
