import { t } from "@vscode/l10n";
import type { FromWebview } from "../chat/page/protocol";
import { post } from "./host";
import type { CodeBlock } from "./markdown";

type Deed = (FromWebview & { type: "code" })["do"];

const shells = new Set([
  "sh",
  "bash",
  "zsh",
  "fish",
  "shell",
  "console",
  "shellscript",
  "powershell",
  "ps1",
  "pwsh",
  "cmd",
  "bat",
]);

/** Makes the buttons of the code blocks in a turn's answer. */
export function codeActionsOf(turn: string): (block: CodeBlock) => Node {
  return (block) => {
    const use = (deed: Deed) => (): void =>
      post({ type: "code", do: deed, turn, text: block.text(), language: block.language });
    const buttons = document.createElement("span");
    buttons.className = "code-actions";
    buttons.append(
      shells.has(block.language)
        ? button("terminal", t("Type into Terminal"), use("terminal"))
        : button("diff-single", t("Apply to File"), use("apply")),
      button("insert", t("Insert at Cursor"), use("insert")),
      button("copy", t("Copy Code"), use("copy")),
      button("ellipsis", t("More…"), use("more")),
    );
    return buttons;
  };
}

/** As `IconButton` looks, but without Preact: answers are drawn past it. */
function button(icon: string, label: string, act: () => void): HTMLButtonElement {
  const element = document.createElement("button");
  element.type = "button";
  element.className = "icon-button";
  element.title = label;
  element.ariaLabel = label;
  const glyph = document.createElement("span");
  glyph.className = `codicon codicon-${icon}`;
  glyph.ariaHidden = "true";
  element.append(glyph);
  element.addEventListener("click", () => {
    act();
    if (icon === "copy") confirm(glyph);
  });
  return element;
}

/** A tick in the icon's place for a moment says that it was done. */
function confirm(glyph: HTMLElement): void {
  glyph.className = "codicon codicon-check";
  setTimeout(() => (glyph.className = "codicon codicon-copy"), 1500);
}
