import { t } from "@vscode/l10n";
import type { AnswerHeader, CodeAction, CodeMenuContext } from "../chat/page/protocol";
import { openContextMenu } from "./contextMenu";
import type { AnswerState } from "./answerState";
import { codeId } from "./codeId";
import { toggleCodeWrap, wrapsCode } from "./codeWrap";
import { post } from "./host";
import type { CodeBlock } from "./markdown";
import { conversation, dismissAnsweredNotices, environment } from "./pageState";

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

/** These have lines to add and remove, not the new lines, so they cannot be applied. */
const diffs = new Set(["diff", "patch"]);

/** Further code blocks of an answer have no buttons: ten thousand blocks would be a page of 60,000 buttons. */
const maxBlocksWithButtons = 300;

/** Returns a function that creates the buttons of a code block in the answer. */
export function createCodeActions(answer: AnswerState): (block: CodeBlock) => Node {
  let blocks = 0;
  return (block) => {
    if (++blocks > maxBlocksWithButtons) return document.createTextNode("");
    const id = codeId(block.text());
    const { language, info } = block;
    const code = () => ({ answer: answer.id, block: id, text: block.text(), language, info });
    const run = (action: CodeAction) => () => {
      dismissAnsweredNotices();
      post({ type: "code", do: action, ...code() });
    };
    const buttons = document.createElement("span");
    buttons.className = "code-actions";
    const wrap = button("word-wrap", t("Wrap Long Lines"), toggleCodeWrap);
    wrap.classList.add("wrap-toggle");
    wrap.ariaPressed = String(wrapsCode.peek());
    buttons.append(
      usedMark(id, answer.header.peek()),
      ...(diffs.has(language) ? [] : [mainAction(language, run)]),
      button("insert", t("Insert at Cursor"), run("insert")),
      button("copy", t("Copy Code"), run("copy")),
      wrap,
      menuButton(() => ({ webviewSection: "freeModelsCode", conversation: conversation.peek() ?? "", ...code() })),
    );
    return buttons;
  };
}

/** Says that the user has applied the code of a block, or inserted it. */
function usedMark(block: string, header: AnswerHeader): HTMLElement {
  const mark = document.createElement("span");
  mark.className = "code-used";
  mark.dataset["block"] = block;
  updateMark(mark, header);
  return mark;
}

/** Shows in the code blocks of an answer which of them the user has applied or inserted. */
export function showUsed(container: HTMLElement, header: AnswerHeader): void {
  for (const mark of container.querySelectorAll<HTMLElement>(".code-used")) updateMark(mark, header);
}

function updateMark(mark: HTMLElement, { appliedCode = [], insertedCode = [] }: AnswerHeader): void {
  const block = mark.dataset["block"] ?? "";
  const isApplied = appliedCode.includes(block);
  mark.hidden = !isApplied && !insertedCode.includes(block);
  if (!mark.hidden) mark.replaceChildren(iconElement("check"), isApplied ? t("Applied") : t("Inserted"));
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

/** Opens VS Code's menu with what else can be done. Its context holds the code, so it is set only when the menu opens. */
function menuButton(context: () => CodeMenuContext): HTMLButtonElement {
  const element = button("ellipsis", t("More…"), () => openContextMenu({ currentTarget: element }));
  element.ariaHasPopup = "menu";
  element.addEventListener("contextmenu", () => {
    element.dataset["vscodeContext"] = JSON.stringify({ ...context(), preventDefaultContextMenuItems: true });
  });
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
