import { ChatPage } from "../../../../src/chat/page/chatPage";
import type { AttachmentSources, PageDependencies } from "../../../../src/chat/page/pageDependencies";
import type { FromWebview, ToWebview } from "../../../../src/chat/page/protocol";
import type { LookCloser } from "../../../../src/chat/session/lookCloser";
import type { SecretsCheck } from "../../../../src/context/secretsCheck";
import { silentLog } from "../../../../src/router/log";
import type { ScriptedRouter } from "../../../support/scriptedRouter";
import { scriptedSecretsCheck } from "../../../support/scriptedSecretsCheck";
import { openWindow } from "../chatHarness";

interface PageOptions {
  router?: ScriptedRouter;
  hasKey?: boolean;
  /** Whether there is a key after sign-in. */
  signInSucceeds?: boolean;
  /** Whether the user confirms to delete a question. */
  confirmsDeletion?: boolean;
  attachments?: Partial<AttachmentSources>;
  secrets?: SecretsCheck;
  lookCloser?: LookCloser;
  isDayUsedUp?: () => boolean;
  /** Whether the user keeps the edits that code is applied as. */
  keepsEdits?: boolean;
  /** Which of the models the user chooses to ask several; `undefined` cancels. */
  chosenModels?: (models: readonly string[]) => readonly string[] | undefined;
}

/** A chat page that shows the conversation `c1`. Records posted messages and called actions. */
export async function openPage(
  folder: string,
  {
    router,
    hasKey = true,
    signInSucceeds = true,
    confirmsDeletion = true,
    attachments = {},
    secrets = scriptedSecretsCheck().check,
    lookCloser,
    isDayUsedUp = () => false,
    chosenModels,
    keepsEdits = true,
  }: PageOptions = {},
) {
  const posted: ToWebview[] = [];
  const actions: string[] = [];
  let key = hasKey;
  let privacyNoticeReads = 0;
  const { sessions } = openWindow(folder, { secrets, ...(router && { router }), ...(lookCloser && { lookCloser }) });
  const record =
    <R>(name: string, result: R) =>
    (...parameters: unknown[]): Promise<R> => {
      actions.push([name, ...parameters].join(" "));
      return Promise.resolve(result);
    };
  const dependencies: PageDependencies = {
    sessions,
    secrets,
    log: silentLog,
    modelName: (id) => id.toUpperCase(),
    imageUrl: (path) => `file:${path}`,
    titleChanged: () => undefined,
    closed: () => undefined,
    environment: () => Promise.resolve({ canAsk: key, modelChoice: "Automatic" }),
    attachments: {
      pick: () => Promise.resolve([]),
      fromEditor: () => Promise.resolve([{ id: "", kind: "file", label: "open.ts", text: "let a" }]),
      fromUris: () => Promise.resolve([]),
      fromText: (label, text) => Promise.resolve([{ id: "", kind: "file", label, text }]),
      findMentions: () => Promise.resolve([]),
      findCode: () => Promise.resolve([]),
      fromMention: () => Promise.resolve([]),
      ...attachments,
    },
    codeLinks: {
      find: (names) =>
        Promise.resolve({
          found: names.filter((name) => name.endsWith(".ts")),
          missing: names.filter((name) => name.includes("/")),
        }),
      open: (name) => record("open", name === "a.ts")(name),
    },
    actions: {
      newChat: record("newChat", undefined),
      markPrivacyNoticeRead: () => (privacyNoticeReads += 1),
      setApiKey: record("setApiKey", true),
      signIn: () => {
        actions.push("signIn");
        key = signInSucceeds;
        return Promise.resolve(signInSucceeds);
      },
      pasteSignInCode: record("pasteSignInCode", undefined),
      pickModel: record("pickModel", true),
      chooseModels: async (loadModels) => {
        const models = await loadModels();
        return chosenModels?.(models.map(({ id }) => id));
      },
      useAdaptive: record("useAdaptive", undefined),
      useLocalModels: record("useLocalModels", true),
      addService: record("addService", true),
      chooseServiceOrder: record("chooseServiceOrder", true),
      isDayUsedUp: () => Promise.resolve(isDayUsedUp()),
      showLog: record("showLog", undefined),
      testConnection: record("testConnection", undefined),
      copyDiagnostics: record("copyDiagnostics", undefined),
      openLink: record("openLink", true),
      copy: record("copy", undefined),
      pinModel: record("pinModel", undefined),
      excludeModel: record("excludeModel", undefined),
      confirmDeletion: () => Promise.resolve(confirmsDeletion),
      open: record("open", undefined),
      code: {
        insert: record("insert", undefined),
        terminal: record("terminal", "Several lines."),
        apply: ({ code, language, info, sources, accepted }) => {
          if (keepsEdits) accepted?.();
          return record("apply", undefined)(code, language, info, ...sources.map(({ label }) => label));
        },
        diagram: record("diagram", undefined),
        replace: record("replace", undefined),
        newFile: ({ code, language, info }) => record("newFile", undefined)(code, language, info),
      },
    },
  };
  const page = createPage(dependencies, posted);
  const session = await page.show("c1");
  return {
    page,
    /** Receives a message of the page. */
    receive: (message: FromWebview): Promise<void> => page.receive(message),
    posted,
    actions,
    dependencies,
    session,
    privacyNoticeReads: () => privacyNoticeReads,
    /** Removes the posted messages and returns their types. */
    takeTypes: () => posted.splice(0).map(({ type }) => type),
  };
}

/** A page that adds posted messages to `posted`. */
export function createPage(dependencies: PageDependencies, posted: ToWebview[]): ChatPage {
  return new ChatPage(
    {
      postMessage: (messages) => posted.push(...messages),
      onDidReceiveMessage: () => ({ dispose: () => undefined }),
    },
    dependencies,
  );
}

export function submitMessage(text: string, revision = 1): FromWebview {
  return { type: "submit", conversation: "c1", text, revision, base: "", several: false };
}
