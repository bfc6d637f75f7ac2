import type { ImageAttachment } from "./attachment";

export type ImageMediaType = ImageAttachment["mediaType"];

/** The largest image file that is read, in bytes. The chat page shrinks images before they are sent. */
export const maxImageBytes = 20 * 1024 * 1024;

/** Formats a size in megabytes with one decimal in the given language: `20.4`. */
export function formatMegabytes(bytes: number, language: string): string {
  const digits = { minimumFractionDigits: 1, maximumFractionDigits: 1 };
  return (bytes / 1024 / 1024).toLocaleString(language, digits);
}

/** Detects the media type from the first bytes, since file names can be wrong. `undefined` for formats that models do not accept. */
export function imageMediaType(bytes: Uint8Array): ImageMediaType | undefined {
  const latin1 = String.fromCharCode(...bytes.subarray(0, 12));
  if (latin1.startsWith("\x89PNG\r\n\x1a\n")) return "image/png";
  if (latin1.startsWith("\xff\xd8\xff")) return "image/jpeg";
  if (/^GIF8[79]a/.test(latin1)) return "image/gif";
  if (/^RIFF.{4}WEBP/s.test(latin1)) return "image/webp";
  return undefined;
}
