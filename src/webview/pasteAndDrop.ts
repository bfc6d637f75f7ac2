import { t } from "@vscode/l10n";
import type { ToWebview } from "../chat/page/protocol";
import { arrives } from "./draft";
import { post } from "./host";
import { addNotice } from "./pageState";
import { fitImage, ImageError } from "./fitImage";

/** Longer pasted texts become a chip: they would bury what is asked. */
const longText = 6_000;
/** More than any free model reads. */
const longestText = 2_000_000;

/**
 * Takes what was pasted or dropped: pictures and files become chips, links to files are left to the host, long text becomes a chip.
 * Gives `false` for what should simply go into the text.
 */
export function receiveTransfer(transfer: DataTransfer): boolean {
  const files = [...transfer.files];
  const { uris, others } = uriList(transfer);
  const text = transfer.getData("text/plain");
  // Where there is nothing else to take, silence would look like a fault.
  if (others[0] !== undefined && (uris.length > 0 || (files.length === 0 && text === "")))
    addNotice({ severity: "error", text: t("{0} cannot be attached: this is no address of a file.", others[0]) });
  // A copied picture comes with its address as text, a dropped editor tab with its path: the thing itself is meant.
  if (uris.length > 0) post({ type: "attach-uris", uris });
  else if (files.length > 0) arrives(attachFiles(files));
  else return takeText(text);
  return true;
}

/** Draws a picture for the host, which cannot: it has read the file. */
export async function fitForHost({ id, label, data }: ToWebview & { type: "fit-image" }): Promise<void> {
  const file = new Blob([Uint8Array.from(atob(data), (character) => character.charCodeAt(0))]);
  const fitted = await fitted64(file, label);
  post({ type: "image-fitted", id, ...(fitted !== undefined && { data: fitted }) });
}

/** The picture as models get to see it, in base64; `undefined` where it is none, which is told, in these words if there are any. */
async function fitted64(file: Blob, label: string, words?: string): Promise<string | undefined> {
  try {
    return await fitImage(file, label);
  } catch (error) {
    if (!(error instanceof ImageError)) throw error;
    addNotice({ severity: "error", text: words ?? error.message });
    return undefined;
  }
}

/** True when a transfer has something for a chip, as far as can be told before it is dropped. */
export function isAttachable(transfer: DataTransfer): boolean {
  return transfer.types.some((type) => type === "Files" || uriTypes.includes(type));
}

const uriTypes = ["application/vnd.code.uri-list", "text/uri-list"];

/** What is in the list of addresses, apart from what is none. */
function uriList(transfer: DataTransfer): { uris: string[]; others: string[] } {
  const list = uriTypes.map((type) => transfer.getData(type)).find((text) => text !== "") ?? "";
  const lines = list.split(/\r?\n/).filter((line) => line !== "" && !line.startsWith("#"));
  const uris = lines.filter((line) => URL.canParse(line));
  // An address dragged from a browser is text, not a file.
  return {
    uris: uris.filter((uri) => !/^https?:/i.test(uri)),
    others: lines.filter((line) => !uris.includes(line)),
  };
}

function takeText(text: string): boolean {
  if (text.length <= longText) return false;
  if (text.length > longestText) {
    addNotice({
      severity: "error",
      text: t("This is more text than any free model can read. Attach the part that matters."),
    });
  } else {
    post({ type: "attach-text", label: t("Pasted text"), text });
  }
  return true;
}

/** One after the other: questions speak of the first and the second picture. */
async function attachFiles(files: readonly File[]): Promise<void> {
  for (const file of files) await attachFile(file);
}

async function attachFile(file: File): Promise<void> {
  const label = file.name || t("Picture");
  if (await isText(file)) {
    takeTextFile(label, await file.text());
    return;
  }
  const isCalledPicture = file.type.startsWith("image/") || pictureName.test(file.name);
  const words = isCalledPicture
    ? undefined
    : t("{0} cannot be attached: it is binary, neither text nor a picture.", label);
  const data = await fitted64(file, label, words);
  if (data !== undefined) post({ type: "attach-image", label, data });
}

/** Of those, more is said about why they cannot be sent. */
const pictureName = /\.(png|jpe?g|jfif|webp|gif|bmp|tiff?|heic|heif|avif|ico|svg)$/i;

function takeTextFile(label: string, text: string): void {
  if (text.length <= longestText) post({ type: "attach-text", label, text });
  else
    addNotice({
      severity: "error",
      text: t("{0} is longer than any free model can read. Attach the part that matters.", label),
    });
}

/** No picture, and nothing in its beginning that text does not have. */
async function isText(file: File): Promise<boolean> {
  if (file.type.startsWith("image/") && file.type !== "image/svg+xml") return false;
  const start = new Uint8Array(await file.slice(0, 4096).arrayBuffer());
  return !start.includes(0) && !new TextDecoder().decode(start.subarray(0, -4)).includes("\ufffd");
}
