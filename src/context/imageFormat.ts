import type { ImageAttachment } from "./attachment";

export type ImageMediaType = ImageAttachment["mediaType"];

/** The largest file of a picture that is read, in bytes; what is sent of it is much smaller. */
export const maxImageBytes = 20 * 1024 * 1024;

/** A size as people of this language write it: `20.4`. */
export function megabytes(bytes: number, language: string): string {
  const digits = { minimumFractionDigits: 1, maximumFractionDigits: 1 };
  return (bytes / 1024 / 1024).toLocaleString(language, digits);
}

/** The picture's type by its first bytes; names and clipboards lie. `undefined` for what free models cannot see. */
export function imageMediaType(bytes: Uint8Array): ImageMediaType | undefined {
  const latin1 = String.fromCharCode(...bytes.subarray(0, 12));
  if (latin1.startsWith("\x89PNG\r\n\x1a\n")) return "image/png";
  if (latin1.startsWith("\xff\xd8\xff")) return "image/jpeg";
  if (/^GIF8[79]a/.test(latin1)) return "image/gif";
  if (/^RIFF.{4}WEBP/s.test(latin1)) return "image/webp";
  return undefined;
}
