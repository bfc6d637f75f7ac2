import { globSync, readFileSync } from "node:fs";
import path from "node:path";
import ts from "typescript";
import { projectRoot } from "./projectRoot";

/** A UI string in the source, which is also its key in the translations. `place` is where it first appears, as `file:line`. */
export interface SourceText {
  text: string;
  place: string;
}

export interface SourceTexts {
  /** Every text passed to `l10n.t` or `t`. */
  texts: SourceText[];
  /** Texts that users see although they are not passed to `l10n.t` or `t`. */
  untranslated: SourceText[];
}

/** Properties of VS Code objects and attributes of HTML elements that users read. */
const visibleProperties = new Set([
  ...["title", "prompt", "placeholder", "placeHolder", "tooltip", "label", "detail", "description", "message"],
  ...["validationMessage", "sentence", "aria-label", "alt"],
]);
/** Functions whose arguments users read. */
const messageFunctions = /^(showInformationMessage|showWarningMessage|showErrorMessage|setStatusBarMessage)$/;

/** Collects the UI strings in `src`. The router is left out: its messages are for logs and stay in English. */
export function collectSourceTexts(): SourceTexts {
  const texts = new Map<string, SourceText>();
  const untranslated: SourceText[] = [];
  for (const file of globSync("src/**/*.{ts,tsx}", { cwd: projectRoot }).sort()) {
    const name = file.split(path.sep).join("/");
    if (name.startsWith("src/router/")) continue;
    const source = ts.createSourceFile(
      name,
      readFileSync(path.join(projectRoot, file), "utf8"),
      ts.ScriptTarget.Latest,
      true,
    );
    const placeOf = (node: ts.Node): string =>
      `${name}:${source.getLineAndCharacterOfPosition(node.getStart()).line + 1}`;
    const visit = (node: ts.Node): void => {
      if (ts.isCallExpression(node) && isTranslation(node)) {
        const text = literalText(node.arguments[0]);
        if (text === undefined) throw new Error(`${placeOf(node)}: only a string literal can be translated`);
        if (!texts.has(text)) texts.set(text, { text, place: placeOf(node) });
        node.arguments.slice(1).forEach(visit);
        return;
      }
      const visible = visibleText(node);
      if (visible !== undefined && isProse(visible)) untranslated.push({ text: visible, place: placeOf(node) });
      ts.forEachChild(node, visit);
    };
    visit(source);
  }
  return { texts: [...texts.values()], untranslated };
}

function isTranslation({ expression }: ts.CallExpression): boolean {
  return /^(t|l10n\.t|vscode\.l10n\.t)$/.test(expression.getText());
}

/** The value of a string literal or of literals joined by `+`. */
function literalText(node: ts.Node | undefined): string | undefined {
  if (node && ts.isStringLiteralLike(node)) return node.text;
  if (node && ts.isBinaryExpression(node) && node.operatorToken.kind === ts.SyntaxKind.PlusToken) {
    const parts = [literalText(node.left), literalText(node.right)];
    return parts.includes(undefined) ? undefined : parts.join("");
  }
  return undefined;
}

/** The literal text that a node shows to users: of a known property, a message, or JSX. */
function visibleText(node: ts.Node): string | undefined {
  if (ts.isJsxText(node)) return node.text.trim();
  if (ts.isPropertyAssignment(node) && visibleProperties.has(node.name.getText().replaceAll('"', "")))
    return templateText(node.initializer);
  if (ts.isJsxAttribute(node) && visibleProperties.has(node.name.getText()))
    return node.initializer && templateText(node.initializer);
  if (ts.isBinaryExpression(node) && node.operatorToken.kind === ts.SyntaxKind.EqualsToken) {
    const { left } = node;
    return ts.isPropertyAccessExpression(left) && visibleProperties.has(left.name.text)
      ? templateText(node.right)
      : undefined;
  }
  if (
    ts.isCallExpression(node) &&
    ts.isPropertyAccessExpression(node.expression) &&
    messageFunctions.test(node.expression.name.text)
  )
    return node.arguments
      .map((argument) => templateText(argument) ?? "")
      .join(" ")
      .trim();
  return undefined;
}

function templateText(node: ts.Node): string | undefined {
  if (ts.isStringLiteralLike(node)) return node.text;
  if (ts.isTemplateExpression(node))
    return [node.head.text, ...node.templateSpans.map(({ literal }) => literal.text)].join("…");
  return undefined;
}

/** Whether a text has two letters in a row, ignoring `$(icon)`, `sk-or-v1-…`, URLs, and single lowercase identifiers. */
function isProse(text: string): boolean {
  if (/^[a-z][\w.-]*$/.test(text)) return false;
  return /\p{L}{2}/u.test(text.replace(/\$\([\w~-]+\)|sk-or-v1-…|https?:\S+/g, ""));
}
