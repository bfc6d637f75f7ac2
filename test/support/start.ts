import { findDesktopVscode } from "./vscodeDesktop";
import { realisticPace, startOpenRouter } from "./openRouter";
import { startOwned } from "./ownedProcess";
import { projectRoot } from "./projectRoot";
import { createSandbox, type Sandbox } from "./sandbox";
import { describeOllama, startDefaultOllama } from "./services/defaultOllama";
import { startVscodeServer } from "./vscodeServer";

const log = (line: string): void => console.log(line);

/** The simulator accepts any well-formed key. */
const simulatedKey = `sk-or-v1-${"5ca1ab1e".repeat(8)}`;

/** `npm start`: runs the extension in VS Code on the sample workspace until Ctrl+C, or until the window is closed. */
async function main(): Promise<void> {
  const realKey = process.env["OPENROUTER_API_KEY"];
  await using simulator = realKey
    ? undefined
    : await startOpenRouter({ pace: realisticPace, limits: { perMinute: 20, perDay: 50 } });
  log(
    simulator
      ? `Models:    simulated (${simulator.baseUrl}). Set OPENROUTER_API_KEY to use real models.`
      : "Models:    OpenRouter, with the key from OPENROUTER_API_KEY.",
  );
  await using ollama = simulator && (await startDefaultOllama());
  if (simulator) log(`Ollama:    ${describeOllama(ollama)}`);
  await using sandbox = await createSandbox(simulator ? { "freeModels.baseUrl": simulator.baseUrl } : {});
  const env = { OPENROUTER_API_KEY: realKey ?? simulatedKey };
  const desktop = await findDesktopVscode(process.env["VSCODE_VERSION"] || "stable").catch((error: unknown) => {
    log(`VS Code:   starting the server; no desktop: ${error instanceof Error ? error.message : String(error)}.`);
    return undefined;
  });
  log(`Workspace: ${sandbox.workspace} (a copy that is removed on exit)`);
  if (desktop === undefined) await runOnServer(sandbox, env);
  else await runOnDesktop(desktop, sandbox, env);
}

async function runOnDesktop(executable: string, sandbox: Sandbox, env: NodeJS.ProcessEnv): Promise<void> {
  log(`VS Code:   ${executable}`);
  await using window = startOwned(
    executable,
    [
      ...["--new-window", "--skip-welcome", "--disable-workspace-trust", "--disable-updates"],
      ...["--user-data-dir", sandbox.userData, "--extensions-dir", sandbox.extensions],
      ...[`--extensionDevelopmentPath=${projectRoot}`, sandbox.workspace],
    ],
    { env: { ...process.env, ...env } },
  );
  log("\nSelect some code and choose Free Models › Ask About Selection. Close the window or press Ctrl+C to stop.");
  const code = await window.exited;
  if (code !== 0) throw new Error(`VS Code exited with ${code}:\n${window.output()}`);
}

async function runOnServer(sandbox: Sandbox, env: NodeJS.ProcessEnv): Promise<void> {
  await using server = await startVscodeServer(sandbox, { env, log });
  log(`VS Code:   server ${server.version}; open this in a browser:\n`);
  log(`  ${server.windowUrl(sandbox.workspace, { extensionDevelopmentPath: projectRoot })}\n`);
  log("Select some code and choose Free Models › Ask About Selection. Press Ctrl+C to stop.");
  throw new Error(`The VS Code server exited with ${await server.exited}:\n${server.output()}`);
}

main().catch((error: unknown) => {
  console.error(error);
  process.exitCode = 1;
});
