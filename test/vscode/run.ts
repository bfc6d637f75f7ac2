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
/** A suite that hangs must end as a failure, not as a build that somebody cancels. */
const patienceMs = 10 * 60_000;

const log = (line: string): void => console.log(line);

/**
 * Runs the suite in a desktop VS Code where there can be one, else in a VS Code server; resolves to whether it passed.
 * Unless VSCODE_VERSION says otherwise it is the oldest on the desktop and the newest on the server, which the journeys take too.
 */
async function run(): Promise<boolean> {
  await using sandbox = await createSandbox({ "http.systemCertificatesNode": true });
  // With our test authority among what the system trusts, as in a company.
  const env = { OPENROUTER_API_KEY: undefined, SSL_CERT_FILE: authorityFile };
  const version = process.env["VSCODE_VERSION"] || vscodeReleases[1].version;
  const desktop = await findDesktopVscode(version).catch((error: unknown) => {
    log(`VS Code desktop ${version}: ${error instanceof Error ? error.message : String(error)}`);
    return undefined;
  });
  const output = new SuiteOutput(path.join(cacheFolder, "workbench.log"));
  const host: Host = { sandbox, output, env };
  const code = desktop === undefined ? await runOnServer(host) : await runOnDesktop(desktop, host);
  if (code === 0 && !output.ended) throw new Error("VS Code ended well, but never ran the suite");
  return code === 0;
}

interface Host {
  sandbox: Sandbox;
  output: SuiteOutput;
  env: NodeJS.ProcessEnv;
}

function runOnDesktop(vscodeExecutablePath: string, { sandbox, output, env }: Host): Promise<number> {
  log(`The suite runs in VS Code desktop: ${vscodeExecutablePath}`);
  return runTests({
    vscodeExecutablePath,
    extensionDevelopmentPath: projectRoot,
    extensionTestsPath: suite,
    extensionTestsEnv: env,
    launchArgs: [sandbox.workspace, "--user-data-dir", sandbox.userData, "--extensions-dir", sandbox.extensions],
    stdout: output.stream(),
    stderr: output.stream(),
  });
}

async function runOnServer({ sandbox, output, env }: Host): Promise<number> {
  await using server = await startVscodeServer(sandbox, { env, log });
  log(`The suite runs in VS Code server ${server.version}, opened in Chromium`);
  const browser = await launchChromium();
  try {
    const page = await browser.newPage({ viewport: { width: 1280, height: 800 } });
    // The workbench calls these two functions of its page, where they exist: the suite's console, and its end.
    await page.exposeFunction("codeAutomationLog", (_type: string, args: unknown[]) => output.line(format(...args)));
    return await new Promise<number>((resolve, reject) => {
      const fail = (reason: string): void => reject(new Error(`${reason}\n${server.output()}`));
      setTimeout(() => fail(`The suite did not end in ${patienceMs / 60_000} minutes`), patienceMs).unref();
      page.on("crash", () => fail("The page of the workbench crashed"));
      server.exited.then((ended) => fail(`The VS Code server ended with ${ended}`), reject);
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
