import { t } from "@vscode/l10n";
import type { Attachment } from "../../context/attachment";
import { isEmptyQuestion } from "../conversation/draft";
import type { Submission } from "../session/submission";
import type { PageContext, PageHandle } from "./pageContext";
import type { FromWebview } from "./protocol";

/** Saves the text in the conversation where it was typed, even if the page shows another one by now. */
export async function saveDraftText(
  { conversation, text, revision, base }: FromWebview & { type: "draft" | "submit" },
  { dependencies }: PageContext,
): Promise<void> {
  await dependencies.sessions.with(conversation, (session) => session.conversation.draft.setText(text, revision, base));
}

/** Searches the project for the question in the composer if it mentions `@project`. */
export async function followProject(text: string, { page, session, dependencies }: PageContext): Promise<void> {
  if (!session.composer.isProjectCodeOutdated(text)) return;
  const find = async (question: string) => {
    page.post({ type: "project-search", isRunning: true });
    let isNothing = false;
    try {
      const found = await dependencies.attachments.findCode(question);
      isNothing = found.length === 0;
      return found;
    } catch (error) {
      dependencies.log.warn(`Could not search the project: ${String(error)}`);
      page.notice({ severity: "error", text: t("Could not search the project. Check the log for details.") });
      return [];
    } finally {
      page.post({ type: "project-search", isRunning: false, ...(isNothing && { nothingFor: text }) });
    }
  };
  await session.composer.followProject(text, find);
}

/** Submits an example question of the empty chat together with its subject. */
export async function askExample(
  { subject, text }: FromWebview & { type: "example" },
  { page, session, dependencies }: PageContext,
): Promise<void> {
  const found = subject === "editor" ? await dependencies.attachments.fromEditor() : [];
  const attachments = subject === "none" || found.length > 0 ? found : await dependencies.attachments.pick();
  if (subject === "none" || attachments.length > 0) {
    markPrivacyNoticeRead({ session, dependencies });
    await askQuestion({ text, attachments }, { page, session, dependencies });
  } else {
    await session.conversation.draft.prefill(text);
    page.focus();
  }
}

/** A question that is not in the composer, such as the prompt of an editor command. */
export interface AskedQuestion {
  readonly text: string;
  readonly attachments: readonly Attachment[];
}

/**
 * Asks a question without what is in the composer, which stays there. If no service can be asked, the user signs in first; meanwhile the
 * question is in the composer, and stays there below a draft. A question that is there from an earlier attempt is asked instead.
 */
export async function askQuestion({ text, attachments }: AskedQuestion, context: PageContext): Promise<void> {
  const { page, session, dependencies } = context;
  const fitted = await page.fit(attachments);
  const { content } = session.conversation.draft;
  const isThere = content.text.trim() === text;
  if (!isThere && (await dependencies.environment()).canAsk) {
    showHeldBack(await session.ask(text, fitted), page);
    return;
  }
  const isAlone = isThere || isEmptyQuestion(content);
  await session.conversation.draft.prefill(text, await session.conversation.draft.storeAttachments(fitted));
  if (isAlone) await submit(context);
  else await dependencies.actions.signIn();
}

/** An empty chat shows the privacy notice, so asking there counts as having read it. */
export function markPrivacyNoticeRead({ session, dependencies }: Pick<PageContext, "session" | "dependencies">): void {
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
    if (several && session.requests.roundsOf(session.conversation.draft.content.text) > 0)
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
export function showHeldBack(submission: Submission, page: PageHandle): void {
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
