import { t } from "@vscode/l10n";
import { post } from "./host";
import type { CodeBlock } from "./markdown";

/** The buttons of a code block in an answer. */
export function codeActions(block: CodeBlock): Node {
  const buttons = document.createElement("span");
  buttons.className = "code-actions";
  buttons.append(
    button("copy", t("Copy Code"), () =>
      post({ type: "code", do: "copy", text: block.text(), language: block.language }),
    ),
    button("insert", t("Insert at Cursor"), () =>
      post({ type: "code", do: "insert", text: block.text(), language: block.language }),
    ),
  );
  return buttons;
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
