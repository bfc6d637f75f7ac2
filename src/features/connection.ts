import * as vscode from "vscode";
import { type ApiKey } from "../config/apiKey";
import { hostOf, isLoopbackOrigin, originOf } from "../config/baseUrl";
import { extractKey } from "../config/keyFormat";
import type { KeyPermission } from "../config/keyPermission";
import { addService } from "../connect/addService";
import { askApiKey } from "../connect/askApiKey";
import { chooseKeyTarget } from "../connect/chooseKeyTarget";
import { chooseServiceOrder } from "../connect/chooseServiceOrder";
import { openRouterTarget, serviceTarget, type KeyTargetDependencies } from "../connect/keyTarget";
import { useLocalModels } from "../connect/localModels";
import { trialCompletion } from "../connect/trialCompletion";
import { callbackUrl, isCallback } from "../connect/callbackUrl";
import { verifyKey, type AccountApi } from "../connect/verifyKey";
import { runConnectionTest } from "../connect/testConnectionCommand";
import type { ConnectionFinding } from "../connect/connectionFinding";
import { testConnection } from "../connect/connectionTest";
import { testServices } from "../connect/serviceTest";
import { formatDiagnostics } from "../connect/formatDiagnostics";
import { collectDiagnostics } from "../connect/collectDiagnostics";
import { saveUnlessRejected } from "../connect/saveKey";
import type { Settings, Transport } from "../config/settings";
import { SignIn, type SignInDependencies } from "../connect/signIn";
import { openSignInBox } from "../connect/signInBox";
import type { CheckedRouter, SecretsCheck } from "../context/secretsCheck";
import { failureMessage } from "../failureMessages";
import { createFetch } from "../http";
import type { Disposable } from "../lifecycle";
import { redact } from "../log";
import { machineName } from "../machineName";
import { commands } from "../manifest";
import { showInformation, showWarning } from "../notifications";
import type { checkService, findLocalServers, Log } from "../router/index";
import type { Activity } from "../status/activity";

export interface ConnectionDependencies {
  context: vscode.ExtensionContext;
  settings: Settings;
  apiKey: ApiKey;
  keyPermission: KeyPermission;
  fetch: typeof fetch;
  service: AccountApi;
  /** The router's functions for services beside OpenRouter, injected like `service`. */
  services: ServicesApi;
  router: CheckedRouter;
  secrets: SecretsCheck;
  activity: Activity;
  /** Called when a sign-in starts to wait for the browser, and when it ends. */
  signInChanged: (isWaiting: boolean) => void;
  isChatVisible: () => boolean;
  log: Log;
}

export interface ServicesApi {
  findLocal: typeof findLocalServers;
  check: typeof checkService;
}

/** Sign-in, keys, services, connection test and diagnostics. */
export interface ConnectionFeature extends Disposable {
  /** Resolves to whether there is a key afterwards. */
  signIn(): Promise<boolean>;
  /** Completes a sign-in with the callback URI that the browser opened. */
  handleCallback(uri: vscode.Uri): void;
  /** Asks for a key, or first whether the one of another host may be used. Resolves to whether there is a key afterwards. */
  setApiKey(): Promise<boolean>;
  /** Asks for a key for this address of OpenRouter's API. Resolves to whether one was saved. */
  enterKey(baseUrl: string): Promise<boolean>;
  /** Lets the servers on this computer join the pool. Resolves to whether there is one. */
  useLocalModels(): Promise<boolean>;
  /** Lets the user add a service to the pool. Resolves to whether one was added. */
  addService(): Promise<boolean>;
  /** Lets the user choose which services are asked first. Resolves to whether they chose. */
  chooseServiceOrder(): Promise<boolean>;
  /** Lets the user paste a code for the sign-in that waits for the browser. */
  pasteSignInCode(): void;
  testConnection(): Promise<void>;
  /** Runs the connection test without showing its result: the finding of each service in use, OpenRouter first. */
  diagnose(signal: AbortSignal): Promise<readonly ConnectionFinding[]>;
  copyDiagnostics(): Promise<void>;
}

/** Builds the feature; it loads on first use. */
export function openConnection(dependencies: ConnectionDependencies): ConnectionFeature {
  const {
    context,
    settings,
    apiKey,
    keyPermission,
    fetch,
    service: account,
    services,
    router,
    secrets,
    log,
  } = dependencies;
  const targets: KeyTargetDependencies = {
    apiKey,
    checkOpenRouter: (key, baseUrl) => verifyKey(key, { account, settings: { ...settings.router, baseUrl }, fetch }),
    checkService: (key, use) => services.check({ use, key, fetch, now: Date.now() }),
    isChatVisible: dependencies.isChatVisible,
  };
  const signIn = new SignIn((): SignInDependencies => {
    const started = settings.router;
    return {
      openBox: openSignInBox,
      callbackUrl: (nonce) => callbackUrl(context.extension.id, nonce),
      openPage: async (challenge, callback) => {
        const label = `Free Models Router (${vscode.env.appName})`;
        const page = account.signInPage(started, { challenge, callbackUrl: callback, label });
        // openExternal also accepts a string and keeps it is; a Uri would re-encode the callback URL inside it (microsoft/vscode#85930).
        return vscode.env.openExternal(page as unknown as vscode.Uri);
      },
      exchangeCode: (code, verifier, signal) =>
        account.exchangeCode(fetch, started, { code, verifier, signal, now: Date.now() }),
      saveKey: (key, cancelled) =>
        saveUnlessRejected(openRouterTarget(started.baseUrl, targets), extractKey(key), cancelled),
    };
  }, dependencies.signInChanged);

  const otherTransport = (): Transport => (settings.transport === "vscode" ? "undici" : "vscode");
  const otherFetch = createFetch({
    transport: otherTransport,
    network: () => settings.network,
    isOnlyLocal: () => settings.isOnlyLocal,
  });
  const proxy = (): string | undefined =>
    settings.network.proxy ?? process.env["HTTPS_PROXY"] ?? process.env["https_proxy"];
  const testOpenRouter = async (signal: AbortSignal): Promise<ConnectionFinding> => {
    const tested = settings.router;
    const { baseUrl } = tested;
    const key = await keyPermission.keyFor({ service: "openrouter", baseUrl, purpose: "background" });
    const isKeyWithheld = (await apiKey.find(baseUrl))?.source === "withheld";
    return testConnection({
      ...{ key, isKeyWithheld, settings: tested, proxy: proxy(), transport: settings.transport },
      ...{ account, fetch, otherFetch, now: Date.now, log, signal },
      updateQuota: () => router.recheckQuota(),
    });
  };
  const diagnose = (signal: AbortSignal): Promise<readonly ConnectionFinding[]> =>
    testServices(
      {
        ...{ settings: settings.router, testOpenRouter, states: () => router.services() },
        check: async (use, stopped) => {
          const { id, baseUrl } = use;
          const key = (await keyPermission.keyFor({ service: id, baseUrl, purpose: "background" })) ?? "";
          return services.check({ use, key, fetch, now: Date.now(), signal: stopped });
        },
        ...{ proxy: proxy(), machine: machineName(vscode.env.remoteName), now: Date.now(), log },
      },
      signal,
    );
  const enterKey = (baseUrl: string): Promise<boolean> => askApiKey(openRouterTarget(baseUrl, targets));
  const findLocalModels = (): Promise<boolean> =>
    useLocalModels({ settings, find: () => services.findLocal({ fetch, now: Date.now }) });

  return {
    diagnose,
    testConnection: () =>
      runConnectionTest({
        hasOtherServices: settings.services.services.length > 0,
        test: diagnose,
        trialCompletion: (signal) => {
          const options = { baseUrl: settings.router.baseUrl, proxy: proxy(), now: Date.now() };
          return trialCompletion({ router, secrets }, options, signal);
        },
        useTransport: (transport) => settings.setTransport(transport),
        enterKey: (use) => askApiKey(serviceTarget(use, targets)),
      }),
    async copyDiagnostics() {
      const lastError = (): unknown => {
        const { outcome } = dependencies.activity;
        return outcome && "error" in outcome ? outcome.error : undefined;
      };
      const version = versionOf(context.extension.packageJSON);
      const data = await collectDiagnostics({ ...dependencies, version, lastError });
      await vscode.env.clipboard.writeText(redact(formatDiagnostics(data)));
      void showInformation(
        vscode.l10n.t("Diagnostics copied to the clipboard. They contain no API key and no chat content."),
      );
    },
    signIn: () => (isRefused(settings) ? warnNotLocal(settings) : signIn.start()),
    pasteSignInCode: () => signIn.requestCode(),
    handleCallback(uri) {
      if (!isCallback(uri)) log.warn(`VS Code was asked to open ${uri.path}, which is not a sign-in callback.`);
      else if (!signIn.receive(uri.query)) void warnExpiredSignIn();
    },
    async setApiKey() {
      const { baseUrl, services: others } = settings.router;
      const chosen = await chooseKeyTarget(others);
      if (chosen === undefined) return false;
      if (chosen !== "openrouter") return askApiKey(serviceTarget(chosen, targets));
      const found = await apiKey.find(baseUrl);
      return found?.source === "withheld" ? keyPermission.askAgain(baseUrl) : enterKey(baseUrl);
    },
    enterKey,
    useLocalModels: findLocalModels,
    addService: () =>
      addService({
        settings,
        useLocalModels: findLocalModels,
        enterKey: (use) => askApiKey(serviceTarget(use, targets)),
        check: (use, signal) => services.check({ use, key: "", fetch, now: Date.now(), signal }),
      }),
    chooseServiceOrder: () => chooseServiceOrder(settings),
    dispose: () => {
      signIn.dispose();
      otherFetch.dispose();
    },
  };
}

/** Whether *Only local* forbids requests to OpenRouter, so that its sign-in page would not help either. */
function isRefused({ isOnlyLocal, baseUrl }: Settings): boolean {
  return isOnlyLocal && !isLoopbackOrigin(originOf(baseUrl.url));
}

/** Resolves to false: there is no key afterwards. */
async function warnNotLocal({ baseUrl }: Settings): Promise<false> {
  const { sentence, label } = failureMessage({ reason: "not-local", detail: hostOf(originOf(baseUrl.url)) });
  if ((await showWarning(sentence, label)) === label) await vscode.commands.executeCommand(commands.chooseServiceOrder);
  return false;
}

function versionOf(manifest: unknown): string {
  const known = typeof manifest === "object" && manifest !== null && "version" in manifest;
  return known ? String(manifest.version) : "unknown";
}

/** The sign-in belongs to another window, was canceled, or was completed before. */
async function warnExpiredSignIn(): Promise<void> {
  const signInLabel = vscode.l10n.t("Sign In");
  const sentence = vscode.l10n.t("This sign-in has expired or belongs to another window.");
  if ((await showWarning(sentence, signInLabel)) === signInLabel) await vscode.commands.executeCommand(commands.signIn);
}
