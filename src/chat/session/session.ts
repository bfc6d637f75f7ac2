import type { Attachment } from "../../context/attachment";
import { ConversationRequests, type AskOptions, type RequestDependencies } from "./conversationRequests";
import { findAnswer, isRunning, type Turn } from "../conversation/conversation";
import { isEmptyQuestion, returnQueued, removeSubmitted, removeQueued, type DraftedQuestion } from "../conversation/draft";
import type { OpenConversation } from "../storage/openConversation";
import { shownBranch } from "../conversation/branch";
import type { Log } from "../../router/index";
import { answerTurn, closing, type AnswerDependencies } from "./answerTurn";

export interface SessionDependencies extends AnswerDependencies, RequestDependencies {
  log: Log;
}

/** What is done with one open conversation: questions are asked, answers run, end, and are asked for again. */
export class Session {
  readonly conversation: OpenConversation;
  /** What is sent, and what would be. */
  readonly requests: ConversationRequests;
  /** What a crash or the disk spoiled of its file. */
  readonly damagedBytes: number;
  readonly #dependencies: SessionDependencies;
  /** Stops the answer that runs; there until it is clear that no question follows it. */
  #running: AbortController | undefined;
  #ended: Promise<void> = Promise.resolve();
  /** Chips on their way into the composer. */
  readonly #attaching = new Set<Promise<void>>();
  #closed = false;

  constructor(conversation: OpenConversation, damagedBytes: number, dependencies: SessionDependencies) {
    this.conversation = conversation;
    this.requests = new ConversationRequests(conversation, dependencies);
    this.damagedBytes = damagedBytes;
    this.#dependencies = dependencies;
    conversation.onDidChange(({ type }) => {
      // Nobody is to read on in what was deleted.
      if (type === "gone") this.#running?.abort(closing);
    });
  }

  get id(): string {
    return this.conversation.state.id;
  }

  get isRunning(): boolean {
    return this.#running !== undefined;
  }

  /** Resolves when no answer runs, and none waits its turn. */
  async idle(): Promise<void> {
    let ended: Promise<void>;
    do await (ended = this.#ended);
    while (ended !== this.#ended || this.isRunning);
  }

  /** Puts chips into the composer; a question that is sent meanwhile waits for them. */
  async attach(found: readonly Attachment[] | Promise<readonly Attachment[]>): Promise<void> {
    const attached = Promise.resolve(found).then((attachments) => this.#attach(attachments));
    this.#attaching.add(attached);
    await attached.finally(() => this.#attaching.delete(attached));
  }

  /** Takes a chip out of the composer; the project's instructions out of this chat. */
  async detach(id: string): Promise<void> {
    const standing = (await this.requests.projectInstructions()).find((each) => each.id === id);
    if (standing?.uri === undefined) return this.conversation.detach(id);
    const { uri } = standing;
    await this.conversation.changeDraft(({ withoutInstructions }) => ({
      withoutInstructions: [...withoutInstructions, uri],
    }));
  }

  /** Asks what is in the draft, or lets it wait while an answer runs; resolves when it is on disk and out of the composer. */
  async submit(): Promise<void> {
    await Promise.allSettled(this.#attaching);
    const asked = this.conversation.draft;
    if (isEmptyQuestion(asked)) return;
    if (this.isRunning) {
      const { text, attachments } = asked;
      const waiting = { id: this.#dependencies.newId(), text, attachments };
      await this.conversation.changeDraft((draft) => ({
        ...removeSubmitted(draft, asked),
        queued: [...draft.queued, waiting],
      }));
      return;
    }
    await this.#ask(asked);
    // Only now: what is typed may leave the composer when it is safe in the conversation.
    await this.conversation.changeDraft((draft) => removeSubmitted(draft, asked));
  }

  /** Puts a question that waits back into the composer. */
  async unqueue(id: string): Promise<void> {
    await this.conversation.changeDraft((draft) => {
      const { queued } = removeQueued(draft, id);
      return { ...returnQueued({ ...draft, queued: draft.queued.filter((each) => each.id === id) }), queued };
    });
  }

  /** Takes a turn away, with all that follows it, from the file too. */
  async deleteTurn(id: string): Promise<void> {
    if (!this.isRunning) await this.conversation.deleteTurn(id);
  }

  /** Ends the running answer; what it wrote stays. */
  stop(): void {
    this.#running?.abort();
    // What another process seems to write and does not (it shares a dead one's id) can be ended too.
    for (const { answer } of shownBranch(this.conversation.state)) {
      if (this.isRunning || !answer || !isRunning(answer)) continue;
      this.conversation.record({
        type: "answer-change",
        answer: answer.id,
        changes: { status: "stopped", wait: null },
      });
    }
  }

  /** Asks a turn's question again for one more variant; of a model that has not answered it yet when `another`. */
  async regenerate(turn: string, { another }: { another: boolean }): Promise<void> {
    if (this.isRunning) return;
    this.#start(turn, { another });
    await this.conversation.flush();
  }

  /** Lets a model go on where an answer broke off, as a new variant that begins with the text so far. */
  async continueAnswer(id: string): Promise<void> {
    const found = findAnswer(this.conversation.state, id);
    if (this.isRunning || !found) return;
    this.#start(found.turn.id, { prefix: found.answer.text });
    await this.conversation.flush();
  }

  /** Asks an old question in new words: beside the old one, which stays with all that followed it. */
  async edit(turnId: string, text: string): Promise<void> {
    const turn = this.#turn(turnId);
    if (this.isRunning || !turn || text.trim() === "") return;
    this.#start(this.#addTurn({ text: text.trim(), attachments: turn.question.attachments }, turn.after));
    await this.conversation.flush();
  }

  /** Shows another branch: after `after` (a turn, an answer, or `""` for the beginning) comes `id`. */
  async show(after: string, id: string): Promise<void> {
    this.conversation.record({ type: "show", after, id });
    await this.conversation.flush();
  }

  /** Ends a running answer as interrupted and writes the rest. */
  async close(): Promise<void> {
    this.#closed = true;
    this.#running?.abort(closing);
    await this.#ended;
    await this.conversation.flush();
    this.conversation.dispose();
  }

  /** The project's own instructions come back as what they were, instead of standing there twice. */
  async #attach(attachments: readonly Attachment[]): Promise<void> {
    const project = attachments.some(({ kind }) => kind === "instructions")
      ? (await this.#dependencies.projectInstructions()).map(({ uri }) => uri)
      : [];
    const [back, others] = [attachments.filter(isProjects), attachments.filter((each) => !isProjects(each))];
    function isProjects(each: Attachment): boolean {
      return each.kind === "instructions" && each.uri !== undefined && project.includes(each.uri);
    }
    if (back.length > 0) {
      const uris = back.map((each) => (each.kind === "image" ? undefined : each.uri));
      await this.conversation.changeDraft(({ withoutInstructions }) => ({
        withoutInstructions: withoutInstructions.filter((uri) => !uris.includes(uri)),
      }));
    }
    if (others.length > 0) await this.conversation.attach(others);
  }

  #turn(id: string): Turn | undefined {
    return this.conversation.state.turns.find((turn) => turn.id === id);
  }

  #addTurn(question: Pick<Turn["question"], "text" | "attachments">, after: string | undefined): string {
    const turn = this.#dependencies.newId();
    this.conversation.record({
      type: "turn-add",
      turn,
      ...(after !== undefined && { after }),
      question: { ...question, at: this.#dependencies.now() },
    });
    return turn;
  }

  #start(turn: string, how: AskOptions = {}): void {
    const controller = new AbortController();
    const before = this.#ended;
    this.#running = controller;
    this.#ended = this.#answer(turn, controller.signal, how)
      .catch((error: unknown) => this.#dependencies.log.error(`An answer could not be asked for: ${String(error)}`))
      .then(async () => {
        await this.conversation.flush();
        // A quick answer must not ask the next question while the one before it is still taken out of the queue.
        await before;
        await this.#goOn();
      });
  }

  async #ask({ text, attachments }: DraftedQuestion): Promise<void> {
    const last = shownBranch(this.conversation.state).at(-1);
    this.#start(this.#addTurn({ text: text.trim(), attachments }, last?.answer?.id));
    await this.conversation.flush();
  }

  /**
   * The question that waited longest has its turn; where the answer before it did not come, all go back to their author. Nothing lies between an
   * answer's end and the next question's beginning: what is asked then waits its turn as well.
   */
  async #goOn(): Promise<void> {
    const { state, draft } = this.conversation;
    const [next] = this.#closed ? [] : draft.queued;
    if (next && shownBranch(state).at(-1)?.answer?.status === "complete") {
      await this.#ask(next);
      await this.conversation.changeDraft((present) => removeQueued(present, next.id));
    } else {
      this.#running = undefined;
      if (next) await this.conversation.changeDraft(returnQueued);
    }
  }

  async #answer(turn: string, signal: AbortSignal, how: AskOptions): Promise<void> {
    await answerTurn(
      {
        turn,
        request: () => this.requests.forTurn(turn, how, signal),
        signal,
        ...(how.prefix !== undefined && { prefix: how.prefix }),
        record: (event) => this.conversation.record(event),
      },
      this.#dependencies,
    );
  }
}
