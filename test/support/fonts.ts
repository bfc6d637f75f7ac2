import { writeFile } from "node:fs/promises";
import path from "node:path";
import { installLocked } from "./npm";

/**
 * Installs fonts for text, code and emoji, so that windows look the same on every machine. Resolves to a folder for
 * FONTCONFIG_PATH, whose configuration makes them the defaults.
 */
export function installFonts(): Promise<string> {
  return installLocked("fonts-1", (unfinished, final) =>
    writeFile(path.join(unfinished, "fonts.conf"), configuration(final)),
  );
}

function configuration(folder: string): string {
  const folders = [path.join(folder, "node_modules"), "/usr/share/fonts", "/usr/local/share/fonts"];
  const families = {
    "system-ui": "Inter",
    "sans-serif": "Inter",
    monospace: "JetBrains Mono",
    emoji: "Noto Color Emoji",
  };
  return `<?xml version="1.0"?>
<!DOCTYPE fontconfig SYSTEM "fonts.dtd">
<fontconfig>
${folders.map((each) => `<dir>${each}</dir>`).join("\n")}
<cachedir>${path.join(folder, "cache")}</cachedir>
${Object.entries(families)
  .map(
    ([requested, used]) =>
      `<alias binding="same"><family>${requested}</family><prefer><family>${used}</family></prefer></alias>`,
  )
  .join("\n")}
</fontconfig>
`;
}
