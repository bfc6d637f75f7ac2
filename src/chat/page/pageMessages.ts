import { t } from "@vscode/l10n";
import type { Attachment, TextAttachment } from "../../context/attachment";
import { imageMediaType } from "../../context/imageFormat";
import { findAnswer } from "../conversation/conversation";
import { removeQueued } from "../conversation/draft";
import { findCall } from "../conversation/toolEvent";
import { branchTo } from "../conversation/branch";
import type { RestoredCode } from "../../context/secretsCheck";
import type { AnswerAction, PageDependencies } from "./pageDependencies";
import type { FromWebview, Notice, ToWebview } from "./protocol";
import type { Session, Submission } from "../session/session";

/** The part of a chat page that handlers of its messages use. */
export interface PageHandle {
  /** Posts to the page; does nothing if the page is not ready. */
  post(message: ToWebview): void;
  notice(notice: Notice): void;
  /** Focuses the composer. */
  focus(): void;
  /** Posts the current draft, which unlocks the composer after a submit. */
  postDraft(): void;
  /** Adds attachments to the composer. A question that is submitted meanwhile waits for them. */
  attach(found: readonly Attachment[] | Promise<readonly Attachment[]>): Promise<void>;
  /** Receives the resized image from the page; `undefined` if the page could not decode it. */
  imageFitted(id: string, data: string | undefined): void;
  updateSendPreview(): void;
  /** Aborts the previous search for mentions and returns the signal of the next one. */
  nextSearch(): AbortSignal;
}

export interface PageContext {
  page: PageHandle;
  session: Session;
  dependencies: PageDependencies;
}

/** Handles a message of the page. The caller shows rejections to the user. */
export async function handlePageMessage(
  message: Exclude<FromWebview, { type: "ready" }>,
  context: PageContext,
): Promise<unknown> {
  const { page, session, dependencies } = context;
  const { conversation } = session;
  switch (message.type) {
    case "draft":
      await saveDraftText(message, context);
      page.updateSendPreview();
      if (message.conversation === session.id) await followProject(message.text, context);
      return;
    case "submit":
      await saveDraftText(message, context);
      if (message.conversation !== session.id) return;
      // Submitting waits for the code.
      void followProject(message.text, context);
      markPrivacyNoticeRead(context);
      return submit(context, message);
    case "unqueue":
      return session.unqueue(message.id);
    case "remove-queued":
      return conversation.changeDraft((draft) => removeQueued(draft, message.id));
    case "stop":
      session.stop(message.answer);
      return;
    case "ask-another":
      session.askAnother(message.answer);
      return;
    case "keep":
      await session.keep(message.answer);
      page.focus(); // The button that had the focus is gone.
      return;
    case "look-closer":
      session.setLookCloser(message.isOn);
      page.updateSendPreview();
      return;
    case "answer-now":
      session.answerNow();
      return;
    case "new-chat":
      return dependencies.actions.newChat();
    case "example":
      return askExample(message, context);
    case "regenerate":
      return session.regenerate(message.turn, message);
    case "edit":
      showHeldBack(await session.edit(message.turn, message.text), page);
      return;
    case "show":
      return session.show(message.after, message.id);
    case "act":
      return runFailureAction(message, context);
    case "choose-model":
      return dependencies.actions.pickModel();
    case "use-adaptive":
      return dependencies.actions.useAdaptive();
    case "sign-in":
      return dependencies.actions.signIn();
    case "paste-sign-in-code":
      return dependencies.actions.pasteSignInCode();
    case "set-key":
      return dependencies.actions.setApiKey();
    case "use-local-models":
      return dependencies.actions.useLocalModels();
    case "pick-attachments":
      return page.attach(dependencies.attachments.pick());
    case "image-fitted":
      page.imageFitted(message.id, message.data);
      return;
    case "attach-image":
      return attachImage(message, context);
    case "attach-text":
      return page.attach(dependencies.attachments.fromText(message.label, message.text));
    case "attach-uris":
      return page.attach(dependencies.attachments.fromUris(message.uris));
    case "find-mentions":
      return findMentions(message, context);
    case "attach-mention":
      return page.attach(dependencies.attachments.fromMention(message.id));
    case "detach":
      return session.detach(message.id);
    case "detach-all":
      return session.detachAll();
    case "detach-surroundings":
      return conversation.detachSurroundings(message.id);
    case "expand":
      return postAttachmentText(message.id, context);
    case "copy-answer":
      return dependencies.actions.copy(findAnswer(conversation.published, message.id)?.answer.text ?? "");
    case "copy":
      return dependencies.actions.copy(message.text);
    case "code":
      return useCode(message, context);
    case "open-link":
      return openLink(message.url, context);
    case "copy-diagnostics":
      return dependencies.actions.copyDiagnostics();
    case "find-code-links":
      page.post({ type: "code-links", asked: message.names, ...(await dependencies.codeLinks.find(message.names)) });
      return;
    case "open-code-link":
      if (!(await dependencies.codeLinks.open(message.name)))
        page.notice({ severity: "info", text: t("{0} no longer exists.", message.name) });
      return;
    case "crash":
      dependencies.log.error(`The chat page crashed: ${message.message}`);
      return;
  }
}

/** Saves the text in the conversation where it was typed, even if the page shows another one by now. */
async function saveDraftText(
  { conversation, text, revision }: FromWebview & { type: "draft" | "submit" },
  { dependencies }: PageContext,
): Promise<void> {
  await dependencies.sessions.with(conversation, (session) => session.conversation.setDraftText(text, revision));
}

/** Searches the project for the question in the composer if it mentions `@project`. */
async function followProject(text: string, { page, session, dependencies }: PageContext): Promise<void> {
  if (!session.isProjectCodeOutdated(text)) return;
  const find = async (question: string) => {
    page.post({ type: "project-search", isRunning: true });
    try {
      return await dependencies.attachments.findCode(question);
    } catch (error) {
      dependencies.log.warn(`Could not search the project: ${String(error)}`);
      page.notice({ severity: "error", text: t("Could not search the project. Check the log for details.") });
      return [];
    } finally {
      page.post({ type: "project-search", isRunning: false });
    }
  };
  await session.followProject(text, find);
}

/** Attaches a pasted or dropped image. Its type depends on its data, not on its name. */
async function attachImage(
  { label, data }: FromWebview & { type: "attach-image" },
  { page, session }: PageContext,
): Promise<void> {
  const mediaType = imageMediaType(Buffer.from(data.slice(0, 32), "base64"));
  if (mediaType) await session.attach([{ id: "", kind: "image", label, mediaType, data }]);
  else page.notice({ severity: "error", text: t("{0} is not a supported image.", label) });
}

/** Submits an example question of the empty chat together with its subject. */
async function askExample(
  { subject, text }: FromWebview & { type: "example" },
  { page, session, dependencies }: PageContext,
): Promise<void> {
  const found = subject === "editor" ? await dependencies.attachments.fromEditor() : [];
  const attachments = subject === "none" || found.length > 0 ? found : await dependencies.attachments.pick();
  await page.attach(attachments);
  await session.conversation.changeDraft(() => ({ text }));
  if (subject === "none" || attachments.length > 0) {
    markPrivacyNoticeRead({ session, dependencies });
    await submit({ page, session, dependencies });
  } else page.focus();
}

/** An empty chat shows the privacy notice, so asking there counts as having read it. */
function markPrivacyNoticeRead({ session, dependencies }: Pick<PageContext, "session" | "dependencies">): void {
  if (session.conversation.published.turns.length === 0) dependencies.actions.markPrivacyNoticeRead();
}

/**
 * Submits the question in the composer; with `several`, to the models that the user chooses. If no service can be asked, the user signs in
 * first; the text stays in the composer.
 */
export async function submit(
  { page, session, dependencies }: PageContext,
  { several }: { several: boolean } = { several: false },
): Promise<void> {
  const { actions, environment } = dependencies;
  let submission: Submission;
  try {
    const { canAsk } = await environment();
    // Unlock the composer before a dialog, which can take long.
    if (!canAsk || several) page.postDraft();
    if (!canAsk && !(await actions.signIn())) return;
    const models = several ? await actions.chooseModels(() => session.requests.bestModels()) : [];
    if (!models) return;
    if (several && session.isRunning) {
      page.notice({ severity: "info", text: t("An answer is still being written.") });
      return;
    }
    if (several && session.requests.roundsOf(session.conversation.draft.text) > 0)
      page.notice({
        severity: "info",
        text: t("Several models answer without looking closer, from what is attached."),
      });
    submission = await session.submit(models);
  } finally {
    page.postDraft();
  }
  // Afterwards, because the composer must be unlocked to select a part of its text.
  showHeldBack(submission, page);
}

/** Says what was not sent because of possible secrets, and selects the one in the composer. */
function showHeldBack(submission: Submission, page: PageHandle): void {
  if (submission.type === "sent") {
    const labels = submission.heldBack.join(", ");
    if (labels !== "") page.notice({ severity: "info", text: t("Held back because of possible secrets: {0}", labels) });
    return;
  }
  const { secret } = submission;
  if (!secret) {
    page.notice({ severity: "info", text: t("Nothing was sent.") });
    return;
  }
  page.notice({ severity: "info", text: t("Nothing was sent. The possible secret is selected in your question.") });
  page.post({ type: "select-text", ...secret });
}

/** Runs the action of a failed answer. */
async function runFailureAction(
  { answer, action }: FromWebview & { type: "act" },
  { page, session, dependencies }: PageContext,
): Promise<void> {
  const turn = findAnswer(session.conversation.published, answer)?.turn;
  if (!turn) return;
  const ask = (another: boolean): Promise<void> =>
    session.regenerate(turn.id, { another, ...(turn.columns?.includes(answer) && { column: answer }) });
  switch (action.do) {
    case "retry":
      return ask(false);
    case "another-model":
      return ask(true);
    case "continue":
      return session.continueAnswer(answer);
    case "sign-in":
      if (await dependencies.actions.signIn()) await ask(false);
      return;
    case "set-key":
      if (await dependencies.actions.setApiKey()) await ask(false);
      return;
    case "choose-model":
      await dependencies.actions.pickModel();
      return;
    case "choose-order":
      if (await dependencies.actions.chooseServiceOrder()) await ask(false);
      return;
    case "use-local-models":
      if (await dependencies.actions.useLocalModels()) await ask(false);
      return;
    case "check-again":
      if (await dependencies.actions.isDayUsedUp())
        page.notice({ severity: "info", text: t("Today's free requests are still used up.") });
      else await ask(false);
      return;
    case "show-log":
      dependencies.actions.showLog();
      return;
    case "test-connection":
      await dependencies.actions.testConnection();
      return;
    case "open-link":
      return openLink(action.url, { page, session, dependencies });
    case "edit":
      return; // The page handles it.
  }
}

/** Runs an action of the menu of an answer. */
export async function runAnswerAction(
  action: AnswerAction,
  answerId: string,
  { session, dependencies }: Pick<PageContext, "session" | "dependencies">,
): Promise<void> {
  const { actions, sessions } = dependencies;
  const found = findAnswer(session.conversation.published, answerId);
  if (!found) return;
  const { id: turn } = found.turn;
  const { model } = found.answer;
  switch (action) {
    case "pin-model":
      if (model) await actions.pinModel(model);
      return;
    case "exclude-model":
      if (model) await actions.excludeModel(model);
      return;
    case "ask-several": {
      const models = await actions.chooseModels(() => session.requests.bestModels(turn));
      return models && session.regenerateWith(turn, models);
    }
    case "fork":
      return actions.open(await sessions.fork(session.id, answerId));
    case "delete":
      if (await actions.confirmDeletion()) await session.deleteTurn(turn);
  }
}

/** Opens web and mail links. Other schemes, such as `command:`, could run something. */
async function openLink(url: string, { dependencies }: PageContext): Promise<void> {
  const scheme = URL.canParse(url) ? new URL(url).protocol : "";
  if (["http:", "https:", "mailto:"].includes(scheme)) await dependencies.actions.openLink(url);
  else dependencies.log.warn(`Blocked a link with the scheme "${scheme}".`);
}

/** Posts the mentions that match the query, unless a newer search has started. */
async function findMentions(
  { search, query }: FromWebview & { type: "find-mentions" },
  { page, dependencies }: PageContext,
): Promise<void> {
  const signal = page.nextSearch();
  const found = await dependencies.attachments.findMentions(query, signal);
  if (!signal.aborted) page.post({ type: "mentions", search, found });
}

async function postAttachmentText(id: string, { page, session }: PageContext): Promise<void> {
  const { published, draft } = session.conversation;
  const instructions = await session.requests.projectInstructions();
  const attachments = [
    ...instructions,
    ...draft.attachments,
    ...published.turns.flatMap(({ question }) => question.attachments),
  ];
  const answers = published.turns.flatMap((turn) => turn.answers);
  const result = findCall(answers, id)?.result;
  if (result) page.post({ type: "attachment-text", id, text: result.text });
  const attachment = attachments.find((each) => each.id === id);
  if (!attachment || attachment.kind === "image") return;
  const { text, surroundings } = attachment;
  page.post({ type: "attachment-text", id, text, ...(surroundings !== undefined && { surroundings }) });
}

async function useCode(
  message: FromWebview & { type: "code" },
  { page, session, dependencies }: PageContext,
): Promise<void> {
  const { actions } = dependencies;
  const { language } = message;
  const restored =
    message.do === "copy" ? { code: message.text } : await restoreSecrets(message.text, session, dependencies);
  if ("problem" in restored) {
    page.notice({ severity: "error", text: restored.problem });
    return;
  }
  const text = restored.code;
  const accepted = (): void => session.codeApplied(message.answer, message.block);
  const handlers: Record<typeof message.do, () => Promise<unknown>> = {
    copy: () => actions.copy(text),
    insert: () => actions.code.insert(text),
    terminal: () => actions.code.terminal(text),
    apply: () => actions.code.apply({ code: text, language, sources: sourcesOf(session, message.answer), accepted }),
    diagram: () => actions.code.diagram(text),
    more: () => actions.code.more(text, language),
  };
  const notice = await handlers[message.do]();
  if (message.do === "insert" && notice === undefined) accepted();
  if (typeof notice === "string") page.notice({ severity: "info", text: notice });
}

/** Puts secrets back that were sent as placeholders. Copying leaves the placeholders, since the code may go anywhere. */
function restoreSecrets(
  code: string,
  { id, conversation }: Session,
  { secrets }: PageDependencies,
): Promise<RestoredCode> {
  const questions = conversation.published.turns.map(({ question }) => question);
  const attached = questions.flatMap(({ attachments }) =>
    attachments.flatMap((each) => (each.kind === "image" ? [] : each.text)),
  );
  return secrets.restore(code, id, [...questions.map(({ text }) => text), ...attached]);
}

/** The text attachments of an answer's question and of those before it, nearest first. */
function sourcesOf({ conversation }: Session, answer: string): TextAttachment[] {
  const turn = findAnswer(conversation.published, answer)?.turn;
  return branchTo(conversation.published, turn?.id ?? "")
    .reverse()
    .flatMap((step) => step.turn.question.attachments.filter((each) => each.kind !== "image"));
}
