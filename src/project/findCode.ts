import * as vscode from "vscode";
import type { TextAttachment } from "../context/attachment";
import { displayName, locationLabel } from "../context/location";
import { textAttachment } from "../context/textAttachment";
import type { ProjectTools } from "../context/projectTools";
import type { Disposable } from "../lifecycle";
import { ProjectSearch, type ProjectCode } from "./projectSearch";
import { placesOfSelection } from "./symbolPlaces";
import { createProjectTools } from "./tools/projectTools";
import type { Log, Router } from "../router/index";

export interface CodeFinderDependencies {
  readonly extensionUri: vscode.Uri;
  readonly router: Pick<Router, "freeModels">;
  readonly log: Log;
}

/** Answers which code a question about the project is about. */
export interface CodeFinder extends Disposable {
  /** The code that a question is about, as attachments with reasons. */
  find(question: string): Promise<readonly TextAttachment[]>;
  /** Read-only tools with which models look into the project. */
  readonly tools: ProjectTools;
}

/** Estimated tokens of all code together, and where not even two models have a window for that much. */
const tokenBudget = { usual: 8_000, small: 4_000 };
/** Estimated tokens that one search of a model finds. */
const tokensOfSearch = 2_000;
/** The window that the usual budget needs, in tokens: with the question, a conversation and room for the answer. */
const usualWindow = 16_000;

export function createCodeFinder({ extensionUri, router, log }: CodeFinderDependencies): CodeFinder {
  const workerFile = vscode.Uri.joinPath(extensionUri, "dist", "projectWorker.js").fsPath;
  const search = new ProjectSearch(workerFile, log);

  /** Models with a small window are left out of a question with much code, rather than making it small for all. */
  async function budget(): Promise<number> {
    const models = await router.freeModels().catch(() => []);
    const large = models.filter(({ contextLength }) => contextLength === 0 || contextLength >= usualWindow);
    return models.length === 0 || large.length >= 2 ? tokenBudget.usual : tokenBudget.small;
  }

  return {
    async find(question) {
      const [tokens, places] = await Promise.all([budget(), placesOfSelection()]);
      const found = await search.find(question, tokens, places);
      return found.map(codeAttachment);
    },
    tools: createProjectTools((query) => search.find(query, tokensOfSearch, [])),
    dispose: () => search.dispose(),
  };
}

function codeAttachment(code: ProjectCode): TextAttachment {
  const { uri, start, end, text } = code;
  const range = { startLine: start, startCharacter: 0, endLine: end, endCharacter: 0 };
  const languageId = languageOf(uri);
  return textAttachment({
    kind: "selection",
    label: locationLabel(displayName(uri.path), range),
    ...{ text, uri: uri.toString(), range, reason: reasonOf(code) },
    ...(languageId !== undefined && { languageId }),
  });
}

/** Known without opening the file only if it is open; else the file extension, which highlighting understands as well. */
function languageOf(uri: vscode.Uri): string | undefined {
  const open = vscode.workspace.textDocuments.find((document) => document.uri.toString() === uri.toString());
  return open?.languageId ?? /\.([\w+-]{1,12})$/.exec(uri.path)?.[1]?.toLowerCase();
}

function reasonOf({ symbol, words }: ProjectCode): string {
  if (symbol?.role === "defines") return vscode.l10n.t("defines {0}", symbol.name);
  if (symbol) return vscode.l10n.t("uses {0}", symbol.name);
  return vscode.l10n.t("contains {0}", words.join(", "));
}
