/** A VS Code that can be had as a server from npm, and what its install needs. */
export interface VscodeRelease {
  /** As VS Code counts. The npm package `code-server` counts the same with a 4 in front: 4.139.1 is 1.139.1. */
  version: string;
  /** The Node that its server and its extension host run in; they take no other major version. */
  node: string;
  /** Packages in place of those that it names itself. */
  replaced: readonly string[];
  /** The packages that it cannot do without and that have to be compiled. */
  compiled: readonly string[];
}

/** The newest that can be had, and the oldest that package.json promises to work in. */
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
    // The one of its time downloads the program that VS Code searches files with from elsewhere; this one has it inside.
    replaced: ["@vscode/ripgrep@1.18.0"],
    compiled: ["@vscode/spdlog", "@vscode/native-watchdog", "@parcel/watcher", "node-pty"],
  },
];

/** The release that VSCODE_VERSION asks for ("1.110.0", "stable"); the newest where it asks for none. */
export function vscodeRelease(asked = process.env["VSCODE_VERSION"]): VscodeRelease {
  if (!asked || asked === "stable") return vscodeReleases[0];
  const release = vscodeReleases.find(({ version }) => version === asked);
  if (release !== undefined) return release;
  const versions = vscodeReleases.map(({ version }) => version).join(", ");
  throw new Error(`There is no VS Code server ${asked}: VSCODE_VERSION may be ${versions} or stable`);
}
