import { t } from "@vscode/l10n";
import type { ToWebview } from "../chat/page/protocol";
import { addPendingAttachment } from "./composerDraft";
import { post } from "./host";
import { addNotice } from "./pageState";
import { fitImage, ImageError } from "./fitImage";

/** A longer pasted text becomes an attachment, so that it does not hide the question. Characters. */
const maxInlineLength = 6_000;
/** More than any free model can read. Characters. */
const maxTextLength = 2_000_000;

/**
 * Handles a paste or drop: attaches files, images and long texts, and posts file URIs to the host. Returns `false` for text that the browser
 * should insert into the composer.
 */
export function receiveTransfer(transfer: DataTransfer): boolean {
  const files = [...transfer.files];
  const { uris, rejected } = uriList(transfer);
  const text = transfer.getData("text/plain");
  // Reports an invalid line, unless there are files or text to use instead.
  if (rejected[0] !== undefined && (uris.length > 0 || (files.length === 0 && text === "")))
    addNotice({
      severity: "error",
      text: t("Could not attach {0} because it is not a valid file address.", rejected[0]),
    });
  // Copied images carry their address as text, and dropped editor tabs their path. The user means the image or file.
  if (uris.length > 0) post({ type: "attach-uris", uris });
  else if (files.length > 0) addPendingAttachment(attachFiles(files));
  else return attachLongText(text);
  return true;
}

/** Prepares an image file for the host, which has no canvas. */
export async function fitImageForHost({ id, label, data }: ToWebview & { type: "fit-image" }): Promise<void> {
  const file = new Blob([Uint8Array.from(atob(data), (character) => character.charCodeAt(0))]);
  const fittedData = await fitOrReport(file, label);
  post({ type: "image-fitted", id, ...(fittedData !== undefined && { data: fittedData }) });
}

/** The image as it is sent to models, in base64. Shows a notice and resolves to `undefined` if it is not an image. */
async function fitOrReport(file: Blob, label: string, errorText?: string): Promise<string | undefined> {
  try {
    return await fitImage(file, label);
  } catch (error) {
    if (!(error instanceof ImageError)) throw error;
    addNotice({ severity: "error", text: errorText ?? error.message });
    return undefined;
  }
}

/** True if the transfer seems to contain something to attach. Its content is available only after the drop. */
export function isAttachable(transfer: DataTransfer): boolean {
  return transfer.types.some((type) => type === "Files" || uriTypes.includes(type));
}

const uriTypes = ["application/vnd.code.uri-list", "text/uri-list"];

/** The file URIs in the transfer, and the lines that are not URIs. */
function uriList(transfer: DataTransfer): { uris: string[]; rejected: string[] } {
  const list = uriTypes.map((type) => transfer.getData(type)).find((text) => text !== "") ?? "";
  const lines = list.split(/\r?\n/).filter((line) => line !== "" && !line.startsWith("#"));
  const uris = lines.filter((line) => URL.canParse(line));
  // A link dragged from a browser is text, not a file.
  return {
    uris: uris.filter((uri) => !/^https?:/i.test(uri)),
    rejected: lines.filter((line) => !uris.includes(line)),
  };
}

function attachLongText(text: string): boolean {
  if (text.length <= maxInlineLength) return false;
  if (text.length > maxTextLength) {
    addNotice({
      severity: "error",
      text: t("This text is longer than any free model can read. Attach only the relevant part."),
    });
  } else {
    post({ type: "attach-text", label: t("Pasted text"), text });
  }
  return true;
}

/** Keeps the order of the files, since questions refer to the first or second image. */
async function attachFiles(files: readonly File[]): Promise<void> {
  for (const file of files) await attachFile(file);
}

async function attachFile(file: File): Promise<void> {
  const label = file.name || t("Image");
  if (await isText(file)) {
    attachTextFile(label, await file.text());
    return;
  }
  const looksLikeImage = file.type.startsWith("image/") || imageExtension.test(file.name);
  const errorText = looksLikeImage
    ? undefined
    : t("Could not attach {0} because it is neither text nor an image.", label);
  const data = await fitOrReport(file, label, errorText);
  if (data !== undefined) post({ type: "attach-image", label, data });
}

/** For these files, the notice explains why the image cannot be read. */
const imageExtension = /\.(png|jpe?g|jfif|webp|gif|bmp|tiff?|heic|heif|avif|ico|svg)$/i;

function attachTextFile(label: string, text: string): void {
  if (text.length <= maxTextLength) post({ type: "attach-text", label, text });
  else
    addNotice({
      severity: "error",
      text: t("{0} is longer than any free model can read. Attach only the relevant part.", label),
    });
}

/** True unless the type is an image, or the first 4 KB contain a null byte or invalid UTF-8. SVG counts as text. */
async function isText(file: File): Promise<boolean> {
  if (file.type.startsWith("image/") && file.type !== "image/svg+xml") return false;
  const start = new Uint8Array(await file.slice(0, 4096).arrayBuffer());
  return !start.includes(0) && !new TextDecoder().decode(start.subarray(0, -4)).includes("\ufffd");
}
