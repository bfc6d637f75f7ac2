import { t } from "@vscode/l10n";
import type { FromWebview } from "../chat/page/protocol";
import { post } from "./host";
import type { CodeBlock } from "./markdown";

type CodeAction = (FromWebview & { type: "code" })["do"];

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

/** Returns a function that creates the buttons of a code block in the answer with this id. */
export function createCodeActions(answer: string): (block: CodeBlock) => Node {
  return (block) => {
    const run = (action: CodeAction) => (): void =>
      post({ type: "code", do: action, answer, text: block.text(), language: block.language });
    const buttons = document.createElement("span");
    buttons.className = "code-actions";
    buttons.append(
      shells.has(block.language)
        ? button("terminal", t("Insert into Terminal"), run("terminal"))
        : applyButton(run("apply")),
      button("insert", t("Insert at Cursor"), run("insert")),
      button("copy", t("Copy Code"), run("copy")),
      button("ellipsis", t("More…"), run("more")),
    );
    return buttons;
  };
}

/** *Apply* with its label, which narrow code blocks hide. */
function applyButton(onClick: () => void): HTMLButtonElement {
  const element = button("diff-single", t("Apply to File"), onClick);
  element.classList.add("code-apply");
  const label = document.createElement("span");
  label.textContent = t("Apply");
  element.append(label);
  return element;
}

/** Looks like `IconButton`, but without Preact, which does not render answers. */
function button(icon: string, label: string, onClick: () => void): HTMLButtonElement {
  const element = document.createElement("button");
  element.type = "button";
  element.className = "icon-button";
  element.title = label;
  element.ariaLabel = label;
  const iconElement = document.createElement("span");
  iconElement.className = `codicon codicon-${icon}`;
  iconElement.ariaHidden = "true";
  element.append(iconElement);
  element.addEventListener("click", () => {
    onClick();
    if (icon === "copy") showCopied(iconElement);
  });
  return element;
}

/** Replaces the copy icon with a check mark for a moment. */
function showCopied(iconElement: HTMLElement): void {
  iconElement.className = "codicon codicon-check";
  setTimeout(() => (iconElement.className = "codicon codicon-copy"), 1500);
}
