import { t } from "@vscode/l10n";
import type { AnswerHeader, FromWebview } from "../chat/page/protocol";
import type { AnswerState } from "./answerState";
import { codeId } from "./codeId";
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

/** Returns a function that creates the buttons of a code block in the answer. */
export function createCodeActions(answer: AnswerState): (block: CodeBlock) => Node {
  return (block) => {
    const id = codeId(block.text());
    const run = (action: CodeAction) => (): void =>
      post({ type: "code", do: action, answer: answer.id, block: id, text: block.text(), language: block.language });
    const buttons = document.createElement("span");
    buttons.className = "code-actions";
    const wrap = button("word-wrap", t("Wrap Long Lines"), toggleCodeWrap);
    wrap.classList.add("wrap-toggle");
    wrap.ariaPressed = String(wrapsCode.peek());
    buttons.append(
      appliedMark(id, answer.header.peek()),
      mainAction(block.language, run),
      button("insert", t("Insert at Cursor"), run("insert")),
      button("copy", t("Copy Code"), run("copy")),
      wrap,
      button("ellipsis", t("More…"), run("more")),
    );
    return buttons;
  };
}

/** Says that the user has applied the code of a block, or inserted it. */
function appliedMark(block: string, { appliedCode = [] }: AnswerHeader): HTMLElement {
  const mark = document.createElement("span");
  mark.className = "code-applied";
  mark.dataset["block"] = block;
  mark.hidden = !appliedCode.includes(block);
  mark.append(iconElement("check"), t("Applied"));
  return mark;
}

/** Shows in the code blocks of an answer which of them the user has applied. */
export function showApplied(container: HTMLElement, { appliedCode = [] }: AnswerHeader): void {
  for (const mark of container.querySelectorAll<HTMLElement>(".code-applied"))
    mark.hidden = !appliedCode.includes(mark.dataset["block"] ?? "");
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
  const shown = iconElement(icon);
  element.append(shown);
  element.addEventListener("click", () => {
    onClick();
    if (icon === "copy") showCopied(shown);
  });
  return element;
}

function iconElement(icon: string): HTMLElement {
  const element = document.createElement("span");
  element.className = `codicon codicon-${icon}`;
  element.ariaHidden = "true";
  return element;
}

/** Replaces the copy icon with a check mark for a moment. */
function showCopied(shown: HTMLElement): void {
  shown.className = "codicon codicon-check";
  setTimeout(() => (shown.className = "codicon codicon-copy"), 1500);
}
