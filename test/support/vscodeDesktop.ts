import { downloadAndUnzipVSCode, SilentReporter } from "@vscode/test-electron";
import { cacheFolder } from "./projectRoot";

/**
 * The path of a desktop VS Code: VSCODE_EXECUTABLE if set, or a download of `version` ("stable", "1.110.0") in
 * .vscode-test. Rejects with a readable reason if neither is possible.
 */
export async function findDesktopVscode(version: string): Promise<string> {
  if (process.platform === "linux" && !process.env["DISPLAY"] && !process.env["WAYLAND_DISPLAY"])
    throw new Error("no display (run it under `xvfb-run -a`)");
  const configured = process.env["VSCODE_EXECUTABLE"];
  if (configured) return configured;
  try {
    const reporter = new SilentReporter();
    return await downloadAndUnzipVSCode({ version, cachePath: cacheFolder, timeout: 10_000, reporter });
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new Error(`the download failed (${reason}); set VSCODE_EXECUTABLE to use an installed one`, { cause: error });
  }
}
