import { t } from "@vscode/l10n";
import { imageMediaType } from "../../context/imageFormat";
import { findAnswer } from "../conversation/conversation";
import { removeQueued } from "../conversation/draft";
import { findCall } from "../conversation/toolEvent";
import { openLink, runFailureAction } from "./answerActions";
import { useCode } from "./answeredCode";
import type { PageContext } from "./pageContext";
import type { FromWebview } from "./protocol";
import {
  askExample,
  followProject,
  markPrivacyNoticeRead,
  saveDraftText,
  showHeldBack,
  submit,
} from "./submitQuestion";

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
      return session.composer.unqueue(message.id);
    case "remove-queued":
      return conversation.draft.change((draft) => removeQueued(draft, message.id));
    case "stop":
      return session.stop(message.answer);
    case "ask-another":
      session.askAnother(message.answer);
      return;
    case "read":
      session.setRead(message.answer);
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
      return session.composer.detach(message.id);
    case "detach-all":
      return session.composer.detachAll();
    case "detach-surroundings":
      return conversation.draft.detachSurroundings(message.id);
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

/** Attaches a pasted or dropped image. Its type depends on its data, not on its name. */
async function attachImage(
  { label, data }: FromWebview & { type: "attach-image" },
  { page, session }: PageContext,
): Promise<void> {
  const mediaType = imageMediaType(Buffer.from(data.slice(0, 32), "base64"));
  if (mediaType) await session.composer.attach([{ id: "", kind: "image", label, mediaType, data }]);
  else page.notice({ severity: "error", text: t("{0} is not a supported image.", label) });
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
    ...draft.content.attachments,
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
