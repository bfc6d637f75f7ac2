import { shownBranch } from "../../../src/chat/conversation/branch";
import { OpenSessions } from "../../../src/chat/session/openSessions";
import type { LookCloser } from "../../../src/chat/session/lookCloser";
import type { Session } from "../../../src/chat/session/session";
import { ConversationStore } from "../../../src/chat/storage/conversationStore";
import type { TextAttachment } from "../../../src/context/attachment";
import type { SecretsCheck } from "../../../src/context/secretsCheck";
import { silentLog } from "../../../src/router/log";
import { ScriptedRouter } from "../../support/scriptedRouter";
import { scriptedSecretsCheck } from "../../support/scriptedSecretsCheck";

interface WindowOptions {
  router?: ScriptedRouter;
  /** The process of the window; several windows on a folder need different ones. */
  pid?: number;
  /** Whether the processes of other windows are running. */
  alive?: boolean;
  project?: TextAttachment[];
  secrets?: SecretsCheck;
  lookCloser?: LookCloser;
}

/** A user who does not want models to look into the project. */
const notLooking: LookCloser = {
  rounds: () => 3,
  isOn: () => false,
  setOn: () => undefined,
  tools: () => Promise.reject(new Error("no tools")),
};

/** A window of VS Code: a store and sessions in a folder, and a router with scripted answers. */
export function openWindow(
  folder: string,
  {
    router = new ScriptedRouter(),
    pid = 1,
    alive = false,
    project = [],
    secrets = scriptedSecretsCheck().check,
    lookCloser = notLooking,
  }: WindowOptions = {},
) {
  let ids = 0;
  const store = new ConversationStore({ folder, log: silentLog, isAlive: () => alive });
  const sessions = new OpenSessions(store, {
    router,
    secrets,
    log: silentLog,
    instructions: () => "",
    projectInstructions: () => Promise.resolve(project),
    lookCloser,
    now: Date.now,
    newId: () => `id-${pid}-${(ids += 1)}`,
    pid,
    modelName: (id: string) => Promise.resolve(id),
  });
  return { store, sessions };
}

/** Types and submits a question. Resolves when it is saved, not when it is answerEvents. */
export async function ask(session: Session, text: string): Promise<void> {
  await session.conversation.draft.change(() => ({ text }));
  await session.submit();
}

/** Asks questions one after another and waits for each answer. */
export async function askAll(session: Session, ...questions: string[]): Promise<void> {
  for (const text of questions) {
    await ask(session, text);
    await session.idle();
  }
}

/** Question, answer, and status of each turn on the page. */
export function shownTurns({ conversation }: Session): (string | undefined)[][] {
  return shownBranch(conversation.published).map(({ turn, answer }) => [
    turn.question.text,
    answer?.text,
    answer?.status,
  ]);
}

/** Resolves when the page shows this text of the first answer. */
export function answerText({ conversation }: Session, text: string): Promise<void> {
  return new Promise((resolve) => {
    conversation.onDidChange(() => {
      if (conversation.published.turns[0]?.answers[0]?.text === text) resolve();
    });
  });
}
