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

const suite = path.join(projectRoot, "dist", "test", "vscode", "index.js");
/** The suite fails if it prints nothing for this long. Longer than the timeout of a test and its hooks. */
const silenceTimeoutMs = 8 * 60_000;

const log = (line: string): void => console.log(line);

/**
 * Runs the suite in a desktop VS Code if possible, otherwise in a VS Code server. Resolves to whether it passed. By default,
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
  const code = desktop === undefined ? await runOnServer(options) : await runOnDesktop(desktop, options);
  if (code === 0 && !output.hasEnded) throw new Error("VS Code exited successfully, but did not run the suite");
  return code === 0;
}

interface RunOptions {
  sandbox: Sandbox;
  output: SuiteOutput;
  env: NodeJS.ProcessEnv;
  /** Rejects if the suite prints nothing for too long. */
  silence: Promise<never>;
}

function runOnDesktop(vscodeExecutablePath: string, { sandbox, output, env, silence }: RunOptions): Promise<number> {
  log(`Running the suite in VS Code desktop: ${vscodeExecutablePath}`);
  const ended = runTests({
    vscodeExecutablePath,
    extensionDevelopmentPath: projectRoot,
    extensionTestsPath: suite,
    extensionTestsEnv: env,
    launchArgs: [sandbox.workspace, "--user-data-dir", sandbox.userData, "--extensions-dir", sandbox.extensions],
    stdout: output.stream(),
    stderr: output.stream(),
  });
  return Promise.race([ended, silence]);
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

async function runOnServer({ sandbox, output, env, silence }: RunOptions): Promise<number> {
  await using server = await startVscodeServer(sandbox, { env, log });
  log(`Running the suite in VS Code server ${server.version}, in Chromium`);
  const browser = await launchChromium();
  try {
    const page = await browser.newPage({ viewport: { width: 1280, height: 800 } });
    // The workbench calls these two functions, if the page has them, with console output and the exit code of the suite.
    await page.exposeFunction("codeAutomationLog", (_type: string, args: unknown[]) => output.line(format(...args)));
    return await new Promise<number>((resolve, reject) => {
      const fail = (reason: string): void => reject(new Error(`${reason}\n${server.output()}`));
      silence.catch((error: unknown) => fail(String(error)));
      page.on("crash", () => fail("The page of the workbench crashed"));
      server.exited.then((code) => fail(`The VS Code server exited with ${code}`), reject);
      page
        .exposeFunction("codeAutomationExit", resolve)
        .then(() =>
          page.goto(
            server.windowUrl(sandbox.workspace, { extensionDevelopmentPath: projectRoot, extensionTestsPath: suite }),
          ),
        )
        .catch(reject);
    });
  } finally {
    await browser.close();
  }
}

run().then(
  (passed) => process.exit(passed ? 0 : 1),
  (error: unknown) => {
    console.error(error);
    process.exit(1);
  },
);
