import { randomUUID } from "node:crypto";
import * as vscode from "vscode";
import type { Attachment, ImageAttachment } from "./attachment";
import { confirmAttachments } from "./confirmSecrets";
import { attachFolder } from "./attachFolder";
import { imageMediaType, maxImageBytes, megabytes } from "./imageFormat";
import { fileName } from "./location";
import { textAttachment } from "./textAttachment";
import { showWarning } from "../notifications";

/**
 * Files as attachments: pictures, folders as listings, the rest as text. What cannot be attached is told in a message and left
 * out; where something looks secret the user is asked, and when they say no, nothing is attached.
 */
export async function attachFiles(
  uris: readonly vscode.Uri[],
  how: AttachOptions = {},
): Promise<readonly Attachment[]> {
  const results = await Promise.all(uris.map((uri) => attachFile(hereUri(uri), how)));
  const problems = results.filter((result) => typeof result === "string");
  if (problems.length > 0) void showWarning(problems.join(" "));
  return (await confirmAttachments(results.filter((result) => typeof result !== "string"))) ?? [];
}

export interface AttachOptions {
  /** An SVG is asked about as what it shows; else as its text. */
  drawn?: boolean;
}

/** The file as an attachment, or a sentence that says why it cannot be one. */
export async function attachFile(uri: vscode.Uri, { drawn = false }: AttachOptions = {}): Promise<Attachment | string> {
  const name = fileName(uri.path) || uri.toString();
  try {
    // What is being written may be in no file yet, and what an extension shows never is in one.
    const open = vscode.workspace.textDocuments.find((each) => each.uri.toString() === uri.toString());
    if (open && uri.scheme !== "file") return textFile(open, name);
    const { size, type } = await vscode.workspace.fs.stat(uri);
    if (type & vscode.FileType.Directory) return await attachFolder(uri);
    const isPicture = /\.(png|jpe?g|jfif|webp|gif|bmp|tiff?|heic|avif|ico)$/i.test(name);
    if (isPicture || (drawn && /\.svg$/i.test(name))) return await pictureFile(uri, name, size);
    if (size > largestDocument)
      return vscode.l10n.t("{0} is longer than any free model can read. Attach the part that matters.", name);
    return textFile(await vscode.workspace.openTextDocument(uri), name);
  } catch (error) {
    return refusalOf(error, name, uri);
  }
}

/** Why it could not be read, in words where VS Code has none for users. */
function refusalOf(error: unknown, name: string, { scheme }: vscode.Uri): string {
  const reason = error instanceof Error ? error.message : String(error);
  const code = error instanceof vscode.FileSystemError ? error.code : undefined;
  if (/\bbinary\b/i.test(reason))
    return vscode.l10n.t("{0} cannot be attached: it is binary, neither text nor a picture.", name);
  if (code === "FileNotFound") return vscode.l10n.t("{0} cannot be attached: it is not there any more.", name);
  if (code === "NoPermissions") return vscode.l10n.t("{0} cannot be attached: you may not read it.", name);
  if (/^ENOPRO\b/.test(reason))
    return vscode.l10n.t("{0} cannot be attached: nothing here reads files of the kind “{1}:”.", name, scheme);
  return vscode.l10n.t("{0} cannot be attached: {1}", name, reason);
}

/** VS Code opens no larger ones for extensions. */
const largestDocument = 50 * 1024 * 1024;

/**
 * The window calls a file of the machine that it is connected to by that machine's name, also when it is dropped; here, on that machine, it
 * is a file like any other, known to Git and to its editor as such.
 */
function hereUri(uri: vscode.Uri): vscode.Uri {
  const isHere = uri.scheme === "vscode-remote" && vscode.env.remoteName !== undefined;
  return isHere ? uri.with({ scheme: "file", authority: "" }) : uri;
}

function textFile(document: vscode.TextDocument, label: string): Attachment {
  const prose = document.languageId === "plaintext";
  return textAttachment({
    kind: "file",
    label,
    text: document.getText(),
    uri: document.uri.toString(),
    ...(!prose && { languageId: document.languageId }),
  });
}

/** All bytes of it: the chat's page draws it anew, and says so where it is no picture. */
async function pictureFile(uri: vscode.Uri, label: string, size: number): Promise<ImageAttachment | string> {
  if (size > maxImageBytes) return tooLarge(label, size);
  const bytes = await vscode.workspace.fs.readFile(uri);
  const mediaType = imageMediaType(bytes) ?? "image/png"; // What the page makes of all others.
  return { id: randomUUID(), kind: "image", label, mediaType, data: Buffer.from(bytes).toString("base64") };
}

function tooLarge(name: string, bytes: number): string {
  return vscode.l10n.t(
    "{0} has {1} MB; pictures of up to {2} MB can be sent. Make it smaller and try again.",
    name,
    megabytes(bytes, vscode.env.language),
    maxImageBytes / 1024 / 1024,
  );
}
