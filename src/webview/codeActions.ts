import { t } from "@vscode/l10n";
import type { FromWebview } from "../chat/page/protocol";
import { toggleCodeWrap, wrapsCode } from "./codeWrap";
import { post } from "./host";
import type { CodeBlock } from "./markdown";
import { environment } from "./pageState";

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
    const wrap = button("word-wrap", t("Wrap Long Lines"), toggleCodeWrap);
    wrap.classList.add("wrap-toggle");
    wrap.ariaPressed = String(wrapsCode.peek());
    buttons.append(
      mainAction(block.language, run),
      button("insert", t("Insert at Cursor"), run("insert")),
      button("copy", t("Copy Code"), run("copy")),
      wrap,
      button("ellipsis", t("More…"), run("more")),
    );
    return buttons;
  };
}

/** What a block of this language is most likely for: a command, a diagram, or an edit. */
function mainAction(language: string, run: (action: CodeAction) => () => void): HTMLButtonElement {
  if (shells.has(language)) return button("terminal", t("Insert into Terminal"), run("terminal"));
  const isDiagram = language === "mermaid" && environment.peek().canOpenDiagrams;
  return isDiagram ? button("open-preview", t("Open Diagram"), run("diagram")) : applyButton(run("apply"));
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
