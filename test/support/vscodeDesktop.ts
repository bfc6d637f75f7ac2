import { downloadAndUnzipVSCode, SilentReporter } from "@vscode/test-electron";
import { cacheFolder } from "./projectRoot";

/**
 * The executable of a desktop VS Code: the one that VSCODE_EXECUTABLE names, else a download of `version` ("stable",
 * "1.110.0"), kept in .vscode-test. Rejects with the reason, in words, where there can be none.
 */
export async function findDesktopVscode(version: string): Promise<string> {
  if (process.platform === "linux" && !process.env["DISPLAY"] && !process.env["WAYLAND_DISPLAY"])
    throw new Error("no display (under `xvfb-run -a` there is one)");
  const named = process.env["VSCODE_EXECUTABLE"];
  if (named) return named;
  try {
    const reporter = new SilentReporter();
    return await downloadAndUnzipVSCode({ version, cachePath: cacheFolder, timeout: 10_000, reporter });
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new Error(`it could not be downloaded (${reason}); VSCODE_EXECUTABLE may name one`, { cause: error });
  }
}
