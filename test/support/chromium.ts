import { existsSync } from "node:fs";
import { readFile } from "node:fs/promises";
import path from "node:path";
import { chromium, type Browser } from "playwright-core";
import * as z from "zod/mini";
import { cachedFolder } from "./cachedFolder";
import { installFonts } from "./fonts";
import { runOwned } from "./ownedProcess";
import { projectRoot } from "./projectRoot";

const packageFolder = path.join(projectRoot, "node_modules", "@sparticuz", "chromium");

/** Flags for a machine without network or display, and for running as root in a container. */
const flags = [
  ...["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run"],
  ...["--disable-background-networking", "--disable-component-update", "--disable-sync"],
  "--font-render-hinting=none",
];

/** Further flags: frames are not limited to the rate of a display, so that what is rendered over many frames is done as soon as possible. */
export const unlimitedFrameRate: readonly string[] = ["--disable-frame-rate-limit", "--disable-gpu-vsync"];

/**
 * Starts a headless Chromium: the one in CHROMIUM_EXECUTABLE, or the one in an npm package, or an installed one.
 * `extraFlags` are further command-line flags.
 */
export async function launchChromium(extraFlags: readonly string[] = []): Promise<Browser> {
  const { executablePath, env } = await findChromium();
  return chromium.launch({ executablePath, args: [...flags, ...extraFlags], env: { ...process.env, ...env } });
}

interface Executable {
  executablePath: string;
  env?: Record<string, string>;
}

async function findChromium(): Promise<Executable> {
  const configured = process.env["CHROMIUM_EXECUTABLE"];
  if (configured) return { executablePath: configured };
  if (process.platform === "linux" && process.arch === "x64") return unpackedChromium();
  const installed = installLocations.find((file) => existsSync(file));
  if (installed !== undefined) return { executablePath: installed };
  throw new Error("No Chrome or Chromium found. Set CHROMIUM_EXECUTABLE to the path of one.");
}

const installLocations = [
  "/usr/bin/google-chrome",
  "/usr/bin/chromium",
  "/usr/bin/chromium-browser",
  "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
  "C:\\Program Files\\Google\\Chrome\\Application\\chrome.exe",
];

/** Unpacks the Chromium of the npm package once. The package itself unpacks to the temporary folder, where concurrent runs collide. */
async function unpackedChromium(): Promise<Executable> {
  const manifest: unknown = JSON.parse(await readFile(path.join(packageFolder, "package.json"), "utf8"));
  const { version } = z.object({ version: z.string() }).parse(manifest);
  const folder = await cachedFolder(`chromium-${version}`, unpackInto);
  const executablePath = path.join(folder, "chromium");
  const env: Record<string, string> = { FONTCONFIG_PATH: await installFonts() };
  const libraries = await runOwned("ldd", [executablePath]);
  if (libraries.includes("not found")) env["LD_LIBRARY_PATH"] = path.join(folder, "al2023", "lib");
  return { executablePath, env };
}

/** Unpacks into `folder`. The package always uses the temporary folder, so TMPDIR is replaced in the meantime. */
async function unpackInto(folder: string): Promise<void> {
  const { default: packed, inflate } = await import("@sparticuz/chromium");
  const temporary = process.env["TMPDIR"];
  process.env["TMPDIR"] = folder;
  try {
    await packed.executablePath();
    // Shared libraries, in case the machine lacks those of a browser.
    await inflate(path.join(packageFolder, "bin", "al2023.tar.br"));
  } finally {
    if (temporary === undefined) delete process.env["TMPDIR"];
    else process.env["TMPDIR"] = temporary;
  }
}
