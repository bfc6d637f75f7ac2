import { randomUUID } from "node:crypto";
import * as vscode from "vscode";
import type { Attachment, ImageAttachment } from "./attachment";
import { confirmIgnored } from "./confirmIgnored";
import { attachFolder } from "./attachFolder";
import { imageMediaType, maxImageBytes, formatMegabytes } from "./imageFormat";
import { fileName } from "./location";
import { notebookText } from "./notebookText";
import { textAttachment } from "./textAttachment";
import { showWarning } from "../notifications";
import { visibleName } from "../visibleText";

/**
 * Attaches images as images, folders as listings, notebooks as the source of their cells and all other files as text. One warning lists
 * the files that cannot be attached. Returns an empty list if the user declines to attach files that Git ignores.
 */
export async function attachFiles(
  uris: readonly vscode.Uri[],
  options: AttachOptions = {},
): Promise<readonly Attachment[]> {
  const results = await Promise.all(uris.map((uri) => attachFile(toLocalUri(uri), options)));
  const problems = results.filter((result) => typeof result === "string");
  if (problems.length > 0) void showWarning(problems.join(" "));
  return (await confirmIgnored(results.filter((result) => typeof result !== "string"))) ?? [];
}

export interface AttachOptions {
  /** Attaches an SVG as an image instead of as text. */
  svgAsImage?: boolean;
}

/** The file as an attachment, or a message that explains why it cannot be attached. */
export async function attachFile(
  uri: vscode.Uri,
  { svgAsImage = false }: AttachOptions = {},
): Promise<Attachment | string> {
  const name = fileName(uri.path);
  const label = visibleName(name || uri.toString());
  try {
    // Untitled and virtual documents exist only in the editor, not on disk.
    const open = vscode.workspace.textDocuments.find((document) => document.uri.toString() === uri.toString());
    if (open && uri.scheme !== "file") return textFile(open, label);
    const { size, type } = await vscode.workspace.fs.stat(uri);
    if (type & vscode.FileType.Directory) return await attachFolder(uri);
    const isImage = /\.(png|jpe?g|jfif|webp|gif|bmp|tiff?|heic|avif|ico)$/i.test(name);
    if (isImage || (svgAsImage && /\.svg$/i.test(name))) return await imageFile(uri, label, size);
    if (size > maxDocumentBytes)
      return vscode.l10n.t("{0} is longer than any free model can read. Attach only the relevant part.", label);
    const notebook = /\.ipynb$/i.test(name) ? await notebookFile(uri, label) : undefined;
    return notebook ?? textFile(await vscode.workspace.openTextDocument(uri), label);
  } catch (error) {
    return attachErrorMessage(error, label, uri);
  }
}

/** Replaces VS Code's technical error messages with ones for users. */
function attachErrorMessage(error: unknown, name: string, { scheme }: vscode.Uri): string {
  const reason = error instanceof Error ? error.message : String(error);
  const code = error instanceof vscode.FileSystemError ? error.code : undefined;
  if (/\bbinary\b/i.test(reason))
    return vscode.l10n.t("Could not attach {0} because it is neither text nor an image.", name);
  if (code === "FileNotFound") return vscode.l10n.t("Could not attach {0} because it no longer exists.", name);
  if (code === "NoPermissions")
    return vscode.l10n.t("Could not attach {0} because you do not have permission to read it.", name);
  if (/^ENOPRO\b/.test(reason))
    return vscode.l10n.t("Could not attach {0} because VS Code has no file system provider for “{1}:”.", name, scheme);
  return vscode.l10n.t("Could not attach {0}: {1}", name, reason);
}

/** VS Code does not open larger documents for extensions. */
const maxDocumentBytes = 50 * 1024 * 1024;

/**
 * Drag and drop in a remote window yields `vscode-remote:` URIs. The extension host runs on the remote machine, where Git and open editors use
 * `file:` URIs for the same files.
 */
function toLocalUri(uri: vscode.Uri): vscode.Uri {
  const isOnThisMachine = uri.scheme === "vscode-remote" && vscode.env.remoteName !== undefined;
  return isOnThisMachine ? uri.with({ scheme: "file", authority: "" }) : uri;
}

function textFile(document: vscode.TextDocument, label: string): Attachment {
  const isProse = document.languageId === "plaintext";
  return textAttachment({
    kind: "file",
    label,
    text: document.getText(),
    uri: document.uri.toString(),
    ...(!isProse && { languageId: document.languageId }),
  });
}

/** The source of the cells of a notebook; `undefined` if it has none, or if VS Code cannot read it. */
async function notebookFile(uri: vscode.Uri, label: string): Promise<Attachment | undefined> {
  try {
    const cells = (await vscode.workspace.openNotebookDocument(uri)).getCells().map(({ kind, document }) => ({
      text: document.getText(),
      ...(kind === vscode.NotebookCellKind.Code && { languageId: document.languageId }),
    }));
    const text = notebookText(cells);
    return text === ""
      ? undefined
      : textAttachment({ kind: "file", label, text, uri: uri.toString(), languageId: "markdown" });
  } catch {
    return undefined;
  }
}

/** Reads the file unchanged: the chat page re-encodes the image and reports files that are not images. */
async function imageFile(uri: vscode.Uri, label: string, size: number): Promise<ImageAttachment | string> {
  if (size > maxImageBytes) return imageTooLarge(label, size);
  const bytes = await vscode.workspace.fs.readFile(uri);
  const mediaType = imageMediaType(bytes) ?? "image/png"; // A placeholder: the page re-encodes other formats.
  return { id: randomUUID(), kind: "image", label, mediaType, data: Buffer.from(bytes).toString("base64") };
}

function imageTooLarge(name: string, bytes: number): string {
  return vscode.l10n.t(
    "{0} is {1} MB. The limit is {2} MB.",
    name,
    formatMegabytes(bytes, vscode.env.language),
    maxImageBytes / 1024 / 1024,
  );
}
