import { writeFile } from "node:fs/promises";
import path from "node:path";
import { cachedFolder } from "./cachedFolder";
import { npmInstall } from "./npm";

/** One for text, one for code, one for emoji: with them a window looks the same on every machine. */
const fonts = {
  "@expo-google-fonts/inter": "0.4.2",
  "@expo-google-fonts/jetbrains-mono": "0.4.1",
  "@expo-google-fonts/noto-color-emoji": "0.4.6",
};

/** A folder with fonts and the configuration that makes them the ones that programs get (for FONTCONFIG_PATH). */
export function installFonts(): Promise<string> {
  return cachedFolder("fonts-1", async (unfinished, final) => {
    await npmInstall(unfinished, ...Object.entries(fonts).map(([name, version]) => `${name}@${version}`));
    await writeFile(path.join(unfinished, "fonts.conf"), configuration(final));
  });
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
    ([asked, given]) =>
      `<alias binding="same"><family>${asked}</family><prefer><family>${given}</family></prefer></alias>`,
  )
  .join("\n")}
</fontconfig>
`;
}
