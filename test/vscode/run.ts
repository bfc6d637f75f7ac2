import { runTests } from "@vscode/test-electron";
import path from "node:path";
import { format } from "node:util";
import { launchChromium } from "../support/chromium";
import { authorityFile } from "../support/companyNetwork";
import { cacheFolder, projectRoot } from "../support/projectRoot";
import { createSandbox, type Sandbox } from "../support/sandbox";
import { findDesktopVscode } from "../support/vscodeDesktop";
import { vscodeReleases } from "../support/vscodeReleases";
import { startVscodeServer } from "../support/vscodeServer";
import { SuiteOutput } from "./suiteOutput";
import { testWindows } from "./testWindows";

const testsFolder = path.join(projectRoot, "dist", "test", "vscode");
/** The suite fails if it prints nothing for this long. Longer than the timeout of a test and its hooks. */
const silenceTimeoutMs = 8 * 60_000;

const log = (line: string): void => console.log(line);

/**
 * Runs the tests of all windows in a desktop VS Code if possible, otherwise in a VS Code server. Resolves to whether they passed. By default,
 * the desktop is the oldest supported version and the server, like that of the journeys, the newest; VSCODE_VERSION overrides both.
 */
async function run(): Promise<boolean> {
  await using sandbox = await createSandbox({ "http.systemCertificatesNode": true });
  // Makes the system trust the test authority, as a company does with its own.
  const env = { OPENROUTER_API_KEY: undefined, SSL_CERT_FILE: authorityFile };
  const version = process.env["VSCODE_VERSION"] || vscodeReleases[1].version;
  const desktop = await findDesktopVscode(version).catch((error: unknown) => {
    log(`VS Code desktop ${version}: ${error instanceof Error ? error.message : String(error)}`);
    return undefined;
  });
  const silence = startSilenceTimer();
  const output = new SuiteOutput(path.join(cacheFolder, "workbench.log"), silence.restart);
  const options: RunOptions = { sandbox, output, env, silence: silence.failure };
  await using host = desktop === undefined ? await startServer(options) : desktopHost(desktop, options);
  let passed = true;
  for (const { tests, create } of testWindows) {
    const code = await host.run(await create(sandbox), path.join(testsFolder, tests, "index.js"));
    passed = passed && code === 0;
    // With TEST_GREP, a window may have no tests.
    if (code === 0 && !output.hasEnded() && process.env["TEST_GREP"] === undefined)
      throw new Error(`VS Code exited successfully, but did not run the suite ${tests}`);
  }
  return passed;
}

/** Something that opens windows of VS Code and runs tests in them. */
interface Host extends AsyncDisposable {
  /** Opens a folder or .code-workspace file and runs a compiled suite. Resolves to the exit code. */
  run(opened: string, suite: string): Promise<number>;
}

interface RunOptions {
  sandbox: Sandbox;
  output: SuiteOutput;
  env: NodeJS.ProcessEnv;
  /** Rejects if the suite prints nothing for too long. */
  silence: Promise<never>;
}

function desktopHost(vscodeExecutablePath: string, { sandbox, output, env, silence }: RunOptions): Host {
  log(`Running the suite in VS Code desktop: ${vscodeExecutablePath}`);
  return {
    run: (opened, extensionTestsPath) => {
      const ended = runTests({
        vscodeExecutablePath,
        extensionDevelopmentPath: projectRoot,
        extensionTestsPath,
        extensionTestsEnv: env,
        launchArgs: [opened, "--user-data-dir", sandbox.userData, "--extensions-dir", sandbox.extensions],
        stdout: output.stream(),
        stderr: output.stream(),
      });
      return Promise.race([ended, silence]);
    },
    [Symbol.asyncDispose]: () => Promise.resolve(),
  };
}

/** `failure` rejects when `restart` has not been called for too long. */
function startSilenceTimer(): { restart: () => void; failure: Promise<never> } {
  const { promise: failure, reject } = Promise.withResolvers<never>();
  const timer = setTimeout(
    () => reject(new Error(`The suite printed nothing for ${silenceTimeoutMs / 60_000} minutes`)),
    silenceTimeoutMs,
  ).unref();
  return { restart: () => timer.refresh(), failure };
}

async function startServer({ sandbox, output, env, silence }: RunOptions): Promise<Host> {
  await using resources = new AsyncDisposableStack();
  const server = resources.use(await startVscodeServer(sandbox, { env, log }));
  log(`Running the suite in VS Code server ${server.version}, in Chromium`);
  const browser = await launchChromium();
  resources.defer(() => browser.close());
  const owned = resources.move();
  return {
    run: async (opened, extensionTestsPath) => {
      const page = await browser.newPage({ viewport: { width: 1280, height: 800 }, reducedMotion: "reduce" });
      // The workbench calls these two functions, if the page has them, with console output and the exit code of the suite.
      await page.exposeFunction("codeAutomationLog", (_type: string, args: unknown[]) => output.line(format(...args)));
      const ended = new Promise<number>((resolve, reject) => {
        const fail = (reason: string): void => reject(new Error(`${reason}\n${server.output()}`));
        silence.catch((error: unknown) => fail(String(error)));
        page.on("crash", () => fail("The page of the workbench crashed"));
        server.exited.then((code) => fail(`The VS Code server exited with ${code}`), reject);
        page
          .exposeFunction("codeAutomationExit", resolve)
          .then(() =>
            page.goto(server.windowUrl(opened, { extensionDevelopmentPath: projectRoot, extensionTestsPath })),
          )
          .catch(reject);
      });
      return ended.finally(() => page.close());
    },
    [Symbol.asyncDispose]: () => owned.disposeAsync(),
  };
}

run().then(
  (passed) => process.exit(passed ? 0 : 1),
  (error: unknown) => {
    console.error(error);
    process.exit(1);
  },
);
