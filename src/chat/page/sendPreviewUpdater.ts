import { after, DisposableStore, MutableDisposable, type Disposable } from "../../lifecycle";
import type { Log } from "../../router/index";
import type { ConversationChange } from "../storage/openConversation";
import type { SendPreviewView } from "./protocol";
import { attachmentView } from "./turnView";
import type { Session } from "../session/session";

const minuteMs = 60_000;

/** Computes the send preview of one page after every relevant change, one computation at a time. */
export class SendPreviewUpdater implements Disposable {
  readonly #session: Session;
  readonly #post: (preview: SendPreviewView) => void;
  readonly #log: Log;
  readonly #disposables = new DisposableStore();
  /** Updates the preview when its warning becomes outdated, and each minute the time that it names. */
  readonly #timer = this.#disposables.add(new MutableDisposable<Disposable>());
  #isRunning = false;
  #isOutdated = false;
  #disposed = false;

  constructor(session: Session, post: (preview: SendPreviewView) => void, log: Log) {
    this.#session = session;
    this.#post = post;
    this.#log = log;
    this.#disposables.add(
      session.conversation.onDidChange((change) => {
        if (isRelevant(change)) this.update();
      }),
    );
  }

  /** Computes the preview now, or again after the running computation. */
  update(): void {
    this.#isOutdated = true;
    if (!this.#isRunning && !this.#disposed) void this.#run();
  }

  dispose(): void {
    this.#disposed = true;
    this.#disposables.dispose();
  }

  async #run(): Promise<void> {
    this.#isRunning = true;
    while (this.#isOutdated) {
      this.#isOutdated = false;
      try {
        const { requests } = this.#session;
        const [{ instructions, ...rest }, lookCloser] = await Promise.all([
          requests.sendPreview(),
          requests.lookCloserPreview(),
        ]);
        const preview: SendPreviewView = {
          ...rest,
          ...(lookCloser && { lookCloser }),
          instructions: instructions.map((each) => attachmentView(each, { imageUrl: () => "" })),
        };
        if (this.#disposed) return;
        this.#post(preview);
        const until = preview.warning?.until;
        this.#timer.value =
          until === undefined ? undefined : after(Math.min(until - Date.now(), minuteMs), () => this.update());
      } catch (error) {
        // If sending fails as well, the answer shows why.
        this.#log.debug(`Could not preview the question: ${String(error)}`);
      }
    }
    this.#isRunning = false;
  }
}

/** Whether the change affects the next request. Deltas do not: an answer is only sent once it has ended. */
function isRelevant(change: ConversationChange): boolean {
  if (change.type !== "events") return change.type === "replaced" || change.type === "draft";
  return change.events.some((event) =>
    event.type === "answer-change" ? event.changes.status !== undefined : event.type !== "answer-delta",
  );
}
