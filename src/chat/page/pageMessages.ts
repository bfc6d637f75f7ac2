import { t } from "@vscode/l10n";
import type { Attachment, Source, TextAttachment } from "../../context/attachment";
import { imageMediaType } from "../../context/imageFormat";
import type { Log } from "../../router/index";
import { findAnswer } from "../conversation/conversation";
import type { ChatPage } from "./chatPage";
import { withoutQueued } from "../conversation/draft";
import { pathTo, shownPath } from "../conversation/branch";
import type { Environment, FromWebview } from "./protocol";
import type { Session } from "../session/session";
import type { Sessions } from "../session/openSessions";

/** What a page needs of the world outside the chat. */
export interface PageWorld {
  sessions: Sessions;
  actions: PageActions;
  attachments: AttachmentSources;
  mentions: MentionedPlaces;
  environment: () => Promise<Environment>;
  modelName: (id: string) => string;
  /** Where the page can load a picture's file from. */
  imageUrl: (path: string) => string;
  titleChanged: (title: string) => void;
  /** The page is no more. */
  closed: () => void;
  log: Log;
}

export interface PageActions {
  newChat(): Promise<void>;
  /** The user asks from where it stands what providers may do with a question. */
  privacyRead(): unknown;
  /** Lets the user sign in at OpenRouter; resolves to whether there is a key afterwards. */
  signIn(): Promise<boolean>;
  /** Asks for a key; resolves to whether there is one afterwards. */
  setApiKey(): Promise<boolean>;
  pickModel(): Promise<unknown>;
  showLog(): unknown;
  /** Finds out what is in the way to the service. */
  testConnection(): Promise<unknown>;
  /** The state of things into the clipboard, without anything that was said. */
  copyDiagnostics(): Promise<unknown>;
  /** Always asks this model from now on. */
  keepModel(id: string): Promise<unknown>;
  /** Never asks this model again. */
  neverUseModel(id: string): Promise<unknown>;
  /** Lets the user choose what else to do with an answer; `model` is who gave it. */
  chooseAnswerDeed(model: string | undefined): Promise<AnswerDeed | undefined>;
  /** Shows a conversation in the page's place. */
  open(conversation: string): Promise<void>;
  /** Opens a page in the browser; VS Code asks the user first. */
  openLink(url: string): Promise<unknown>;
  copy(text: string): Promise<unknown>;
  code: CodeDeeds;
}

export type AnswerDeed = "keep-model" | "never-use-model" | "fork" | "delete";

/** What is done with code from an answer. Each resolves to what the user should know, in a sentence, if anything. */
export interface CodeDeeds {
  /** Puts it at the cursor of the editor used last. */
  insert(code: string): Promise<string | undefined>;
  /** Types one command into the terminal, and does not run it. */
  terminal(code: string): Promise<string | undefined>;
  /** Shows it as an edit of the file it came from; `sources` are what was sent with the questions, nearest first. */
  apply(code: AnswerCode): Promise<string | undefined>;
  /** Lets the user choose what else: replace the selection, a new file. */
  more(code: string, language: string): Promise<string | undefined>;
}

export interface AnswerCode {
  code: string;
  language: string;
  sources: readonly TextAttachment[];
}

export interface AttachmentSources {
  /** Lets the user choose; empty when they did not. */
  pick(): Promise<readonly Attachment[]>;
  /** The selection in the active editor, or all of it; empty without an editor. */
  fromEditor(): Promise<readonly Attachment[]>;
  /** What was dropped, as URIs of any scheme. */
  fromUris(uris: readonly string[]): Promise<readonly Attachment[]>;
  /** A text that was pasted or dropped, as much of it as is sent of one text. */
  fromText(label: string, text: string): Promise<readonly Attachment[]>;
  /** What can be attached and fits what was typed, best first; `signal` ends the search. */
  find(query: string, signal: AbortSignal): Promise<readonly Source[]>;
  /** What a row of that list stands for; empty where it is no more. */
  fromSource(id: string): Promise<readonly Attachment[]>;
}

/** What answers name: files and symbols of the workspace, and nothing outside of it. */
export interface MentionedPlaces {
  /** Those of the names that can be opened. */
  find(names: readonly string[]): Promise<string[]>;
  /** Opens one in an editor; false when there is no such thing. */
  open(name: string): Promise<boolean>;
}

interface Context {
  page: ChatPage;
  session: Session;
  world: PageWorld;
}

/** Does what the page asks for. Rejections are told to the user by the caller. */
export async function carryOut(message: Exclude<FromWebview, { type: "ready" }>, context: Context): Promise<unknown> {
  const { page, session, world } = context;
  const { conversation } = session;
  switch (message.type) {
    case "draft":
      await keepDraft(message, context);
      context.page.lookAhead();
      return;
    case "submit":
      await keepDraft(message, context);
      return message.conversation === session.id ? submit(context) : undefined;
    case "unqueue":
      return session.unqueue(message.id);
    case "remove-queued":
      return conversation.changeDraft((draft) => withoutQueued(draft, message.id));
    case "stop":
      session.stop();
      return;
    case "new-chat":
      return world.actions.newChat();
    case "example":
      return askExample(message, context);
    case "regenerate":
      return session.regenerate(message.turn, message);
    case "edit":
      return session.edit(message.turn, message.text);
    case "show":
      return session.show(message.after, message.id);
    case "act":
      return act(message, context);
    case "more":
      return moreWithAnswer(message.turn, context);
    case "choose-model":
      return world.actions.pickModel();
    case "sign-in":
      return world.actions.signIn();
    case "set-key":
      return world.actions.setApiKey();
    case "pick-attachments":
      return page.attach(world.attachments.pick());
    case "picture-fitted":
      page.pictureFitted(message.id, message.data);
      return;
    case "attach-image":
      return attachImage(message, context);
    case "attach-text":
      return page.attach(world.attachments.fromText(message.label, message.text));
    case "attach-uris":
      return page.attach(world.attachments.fromUris(message.uris));
    case "find-sources":
      return findSources(message, context);
    case "attach-source":
      return page.attach(world.attachments.fromSource(message.id));
    case "detach":
      return session.detach(message.id);
    case "detach-surroundings":
      return conversation.detachSurroundings(message.id);
    case "expand":
      return expand(message.id, context);
    case "copy-answer":
      return world.actions.copy(findAnswer(conversation.told, message.id)?.answer.text ?? "");
    case "copy":
      return world.actions.copy(message.text);
    case "code":
      return useCode(message, context);
    case "open-link":
      return openLink(message.url, context);
    case "copy-diagnostics":
      return world.actions.copyDiagnostics();
    case "find-mentions":
      page.reply({ type: "mentions", asked: message.names, found: await world.mentions.find(message.names) });
      return;
    case "open-mention":
      if (!(await world.mentions.open(message.name)))
        page.notice({ severity: "info", text: t("{0} is not there any more.", message.name) });
      return;
    case "crash":
      world.log.error(`The chat page crashed: ${message.message}`);
      return;
  }
}

/** Keeps what was typed with the conversation that it was typed in, although another may be shown by now. */
async function keepDraft(
  { conversation, text, revision }: FromWebview & { type: "draft" | "submit" },
  { world }: Context,
): Promise<void> {
  await world.sessions.with(conversation, (session) => session.conversation.setDraftText(text, revision));
}

/** A picture that was pasted or dropped; its bytes say what it is. */
async function attachImage(
  { label, data }: FromWebview & { type: "attach-image" },
  { page, session }: Context,
): Promise<void> {
  const mediaType = imageMediaType(Buffer.from(data.slice(0, 32), "base64"));
  if (mediaType) await session.attach([{ id: "", kind: "image", label, mediaType, data }]);
  else page.notice({ severity: "error", text: t("{0} is no picture that models can see.", label) });
}

/** One of the empty chat's questions: with what it is about attached, it is asked at once. */
async function askExample(
  { subject, text }: FromWebview & { type: "example" },
  { page, session, world }: Context,
): Promise<void> {
  const found = subject === "editor" ? await world.attachments.fromEditor() : [];
  const attachments = subject === "none" || found.length > 0 ? found : await world.attachments.pick();
  await page.attach(attachments);
  await session.conversation.changeDraft(() => ({ text }));
  if (subject === "none" || attachments.length > 0) await submit({ page, session, world });
  else page.focus();
}

/** Asks what is in the composer. The page of an empty chat says what providers may do with a question. */
async function submit({ page, session, world }: Context): Promise<void> {
  if (session.conversation.told.turns.length === 0) world.actions.privacyRead();
  await page.submit();
}

/** The one thing to do about a failed answer. */
async function act({ turn, action }: FromWebview & { type: "act" }, { page, session, world }: Context): Promise<void> {
  switch (action.do) {
    case "retry":
      return session.regenerate(turn, { another: false });
    case "another-model":
      return session.regenerate(turn, { another: true });
    case "continue": {
      const answer = shownPath(session.conversation.told).find((step) => step.turn.id === turn)?.answer;
      return answer && session.continueAnswer(answer.id);
    }
    case "sign-in":
      if (await world.actions.signIn()) await session.regenerate(turn, { another: false });
      return;
    case "set-key":
      if (await world.actions.setApiKey()) await session.regenerate(turn, { another: false });
      return;
    case "choose-model":
      await world.actions.pickModel();
      return;
    case "show-log":
      world.actions.showLog();
      return;
    case "test-connection":
      await world.actions.testConnection();
      return;
    case "open-link":
      return openLink(action.url, { page, session, world });
    case "edit":
      return; // Happens in the page.
  }
}

async function moreWithAnswer(turn: string, { session, world }: Context): Promise<void> {
  const { actions, sessions, modelName } = world;
  const model = shownPath(session.conversation.told).find((step) => step.turn.id === turn)?.answer?.model ?? undefined;
  const deed = await actions.chooseAnswerDeed(model && modelName(model));
  if (deed === "keep-model" && model) await actions.keepModel(model);
  if (deed === "never-use-model" && model) await actions.neverUseModel(model);
  if (deed === "fork") await actions.open(await sessions.fork(session.id, turn));
  if (deed === "delete") await session.deleteTurn(turn);
}

/** Opens what a person may want to see in a browser, and nothing that could do anything else. */
async function openLink(url: string, { world }: Context): Promise<void> {
  const scheme = URL.canParse(url) ? new URL(url).protocol : "";
  if (["http:", "https:", "mailto:"].includes(scheme)) await world.actions.openLink(url);
  else world.log.warn(`A link with the scheme "${scheme}" was not opened.`);
}

/** Tells the page what it can attach, unless it has asked for something else meanwhile. */
async function findSources(
  { search, query }: FromWebview & { type: "find-sources" },
  { page, world }: Context,
): Promise<void> {
  const signal = page.nextSearch();
  const found = await world.attachments.find(query, signal);
  if (!signal.aborted) page.reply({ type: "sources", search, found });
}

async function expand(id: string, { page, session }: Context): Promise<void> {
  const { told, draft } = session.conversation;
  const standing = await session.requests.projectInstructions();
  const everything = [...standing, ...draft.attachments, ...told.turns.flatMap(({ question }) => question.attachments)];
  const attachment = everything.find((each) => each.id === id);
  if (!attachment || attachment.kind === "image") return;
  const { text, surroundings } = attachment;
  page.reply({ type: "attachment-text", id, text, ...(surroundings !== undefined && { surroundings }) });
}

async function useCode(message: FromWebview & { type: "code" }, { page, session, world }: Context): Promise<void> {
  const { actions } = world;
  const { text, language } = message;
  const deeds: Record<typeof message.do, () => Promise<unknown>> = {
    copy: () => actions.copy(text),
    insert: () => actions.code.insert(text),
    terminal: () => actions.code.terminal(text),
    apply: () => actions.code.apply({ code: text, language, sources: sourcesOf(session, message.turn) }),
    more: () => actions.code.more(text, language),
  };
  const told = await deeds[message.do]();
  if (typeof told === "string") page.notice({ severity: "info", text: told });
}

/** The texts that were sent with a question and with those before it, nearest first. */
function sourcesOf({ conversation }: Session, turn: string): TextAttachment[] {
  return pathTo(conversation.told, turn)
    .reverse()
    .flatMap((step) => step.turn.question.attachments.filter((each) => each.kind !== "image"));
}
