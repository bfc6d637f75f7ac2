import { after, DisposableStore, MutableDisposable, type Disposable } from "../../lifecycle";
import type { Log } from "../../router/index";
import type { ConversationChange } from "../storage/openConversation";
import type { SendPreviewView } from "./protocol";
import { attachmentView } from "./turnView";
import type { Session } from "../session/session";

/** Looks ahead for one page whenever something changed that counts, one look at a time, and tells what it sees. */
export class SendPreviewUpdater implements Disposable {
  readonly #session: Session;
  readonly #tell: (preview: SendPreviewView) => void;
  readonly #log: Log;
  readonly #disposables = new DisposableStore();
  /** When a rest ends the outlook brightens by itself. */
  readonly #later = this.#disposables.add(new MutableDisposable<Disposable>());
  #looking = false;
  #again = false;
  #disposed = false;

  constructor(session: Session, tell: (preview: SendPreviewView) => void, log: Log) {
    this.#session = session;
    this.#tell = tell;
    this.#log = log;
    this.#disposables.add(
      session.conversation.onDidChange((change) => {
        if (counts(change)) this.update();
      }),
    );
  }

  /** Looks now, or once more when the look that is under way has ended. */
  update(): void {
    this.#again = true;
    if (!this.#looking && !this.#disposed) void this.#run();
  }

  dispose(): void {
    this.#disposed = true;
    this.#disposables.dispose();
  }

  async #run(): Promise<void> {
    this.#looking = true;
    while (this.#again) {
      this.#again = false;
      try {
        const { instructions, ...found } = await this.#session.requests.sendPreview();
        const preview = {
          ...found,
          instructions: instructions.map((each) => attachmentView(each, { imageUrl: () => "" })),
        };
        if (this.#disposed) return;
        this.#tell(preview);
        const until = preview.warning?.until;
        this.#later.value = until === undefined ? undefined : after(until - Date.now(), () => this.update());
      } catch (error) {
        // Whoever asks is told why; nobody has asked yet.
        this.#log.debug(`No preview: ${String(error)}`);
      }
    }
    this.#looking = false;
  }
}

/** Whether it changes what would be sent; the words of an answer count when it has ended. */
function counts(change: ConversationChange): boolean {
  if (change.type !== "events") return change.type === "replaced" || change.type === "draft";
  return change.events.some((event) =>
    event.type === "answer-change" ? event.changes.status !== undefined : event.type !== "answer-delta",
  );
}
