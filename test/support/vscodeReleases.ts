/** A VS Code release that is available from npm as a server, and the details of its installation. */
export interface VscodeRelease {
  /** The VS Code version. The version of the npm package `code-server` starts with 4 instead: 4.139.1 is VS Code 1.139.1. */
  version: string;
  /** The Node version of the server and the extension host, which support no other major version. */
  node: string;
  /** Packages of which the version in its lock file, test/locks/code-server-…, replaces the one of the release. */
  replaced: readonly string[];
  /** The required packages that must be compiled. */
  compiled: readonly string[];
}

/** The newest available release, and the oldest that package.json supports. */
export const vscodeReleases: readonly [newest: VscodeRelease, oldest: VscodeRelease] = [
  {
    version: "1.139.1",
    node: "24.21.0",
    replaced: [],
    compiled: ["@vscode/spdlog", "@vscode/native-watchdog"],
  },
  {
    version: "1.110.0",
    node: "22.23.3",
    // The original version downloads ripgrep on installation; the locked one contains it.
    replaced: ["@vscode/ripgrep"],
    compiled: ["@vscode/spdlog", "@vscode/native-watchdog", "@parcel/watcher", "node-pty"],
  },
];

/** The release in VSCODE_VERSION ("1.110.0", "stable"), by default the newest. */
export function vscodeRelease(requested = process.env["VSCODE_VERSION"]): VscodeRelease {
  if (!requested || requested === "stable") return vscodeReleases[0];
  const release = vscodeReleases.find(({ version }) => version === requested);
  if (release !== undefined) return release;
  const versions = vscodeReleases.map(({ version }) => version).join(", ");
  throw new Error(`No VS Code server ${requested} is available. VSCODE_VERSION can be ${versions} or stable.`);
}
