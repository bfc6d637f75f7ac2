import { globSync, readFileSync } from "node:fs";
import path from "node:path";
import ts from "typescript";
import { projectRoot } from "./projectRoot";

/** A sentence of the code that users see, as the translations are keyed by it, and where it first stands. */
export interface SourceWords {
  text: string;
  place: string;
}

/** What the code says and does not hand to `l10n.t`, in a place that VS Code shows to users. */
export type Unexternalised = SourceWords;

/** Properties of VS Code's objects, and attributes of the page, that users read. */
const shownProperties = new Set([
  ...["title", "prompt", "placeholder", "placeHolder", "tooltip", "label", "detail", "description", "message"],
  ...["validationMessage", "sentence", "aria-label", "alt"],
]);
/** Functions whose first argument users read. */
const showing = /^(showInformationMessage|showWarningMessage|showErrorMessage|setStatusBarMessage)$/;

/** Every text that the code hands to `l10n.t` or `t`, and every one it shows without. */
export function sourceWords(): { words: SourceWords[]; unexternalised: Unexternalised[] } {
  const words = new Map<string, SourceWords>();
  const unexternalised: Unexternalised[] = [];
  for (const file of globSync("src/**/*.{ts,tsx}", { cwd: projectRoot }).sort()) {
    const name = file.split(path.sep).join("/");
    if (name.startsWith("src/router/")) continue; // Its sentences are a library's, in English.
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
        const text = textOf(node.arguments[0]);
        if (text === undefined) throw new Error(`${placeOf(node)}: only a plain text can be translated`);
        if (!words.has(text)) words.set(text, { text, place: placeOf(node) });
        node.arguments.slice(1).forEach(visit);
        return;
      }
      const shown = shownText(node);
      if (shown !== undefined && isWords(shown)) unexternalised.push({ text: shown, place: placeOf(node) });
      ts.forEachChild(node, visit);
    };
    visit(source);
  }
  return { words: [...words.values()], unexternalised };
}

function isTranslation({ expression }: ts.CallExpression): boolean {
  return /^(t|l10n\.t|vscode\.l10n\.t)$/.test(expression.getText());
}

/** A text between quotes, also one that `+` glues together. */
function textOf(node: ts.Node | undefined): string | undefined {
  if (node && ts.isStringLiteralLike(node)) return node.text;
  if (node && ts.isBinaryExpression(node) && node.operatorToken.kind === ts.SyntaxKind.PlusToken) {
    const parts = [textOf(node.left), textOf(node.right)];
    return parts.includes(undefined) ? undefined : parts.join("");
  }
  return undefined;
}

/** The text of a node that is shown as it stands: of a known property, of a message, or between tags. */
function shownText(node: ts.Node): string | undefined {
  if (ts.isJsxText(node)) return node.text.trim();
  if (ts.isPropertyAssignment(node) && shownProperties.has(node.name.getText().replaceAll('"', "")))
    return plain(node.initializer);
  if (ts.isJsxAttribute(node) && shownProperties.has(node.name.getText()))
    return node.initializer && plain(node.initializer);
  if (ts.isBinaryExpression(node) && node.operatorToken.kind === ts.SyntaxKind.EqualsToken) {
    const { left } = node;
    return ts.isPropertyAccessExpression(left) && shownProperties.has(left.name.text) ? plain(node.right) : undefined;
  }
  if (
    ts.isCallExpression(node) &&
    ts.isPropertyAccessExpression(node.expression) &&
    showing.test(node.expression.name.text)
  )
    return node.arguments
      .map((argument) => plain(argument) ?? "")
      .join(" ")
      .trim();
  return undefined;
}

function plain(node: ts.Node): string | undefined {
  if (ts.isStringLiteralLike(node)) return node.text;
  if (ts.isTemplateExpression(node))
    return [node.head.text, ...node.templateSpans.map(({ literal }) => literal.text)].join("…");
  return undefined;
}

/** Two letters in a row that are no code: `$(icon)`, `sk-or-v1-…` and single lower-case identifiers are nobody's words. */
function isWords(text: string): boolean {
  if (/^[a-z][\w.-]*$/.test(text)) return false;
  return /\p{L}{2}/u.test(text.replace(/\$\([\w~-]+\)|sk-or-v1-…|https?:\S+/g, ""));
}
