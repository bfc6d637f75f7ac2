import { t } from "@vscode/l10n";
import { drawing, isSvg, UndrawableError } from "./svg";

/** What a model gets to see: as large as the usual ones look at, and small enough to be sent with each question. */
const longestSide = 1568;
const byteBudget = 1_500_000;
/** Larger files are not even decoded. */
const largestFile = 40_000_000;

/** A picture that cannot be sent; the message says why, and what to do. */
export class ImageError extends Error {}

/**
 * Makes a picture fit to be sent: at most 1568 pixels long and about 1.5 MB, upright, without metadata (it is drawn anew). PNG stays
 * PNG while it is small enough, since it keeps text sharp. Resolves to base64; throws a `PictureError`.
 */
export async function fitImage(file: Blob, label: string): Promise<string> {
  if (file.size > largestFile) throw new ImageError(tooLarge(label, file.size));
  const bitmap = await decode(file, label);
  try {
    const scale = Math.min(1, longestSide / Math.max(bitmap.width, bitmap.height));
    const blob = await encode(bitmap, scale, await isLossless(file));
    return await base64(blob);
  } finally {
    bitmap.close();
  }
}

/** By its first bytes: what the clipboard and file names say is not to be relied on. PNG and GIF have hard edges worth keeping. */
async function isLossless(file: Blob): Promise<boolean> {
  const start = new Uint8Array(await file.slice(0, 4).arrayBuffer());
  return ["\x89PNG", "GIF8"].includes(String.fromCharCode(...start)) || (await isSvg(file));
}

async function decode(file: Blob, label: string): Promise<ImageBitmap> {
  try {
    if (await isSvg(file)) return await drawing(file);
    return await createImageBitmap(file, { imageOrientation: "from-image" });
  } catch (error) {
    if (error instanceof UndrawableError)
      throw new ImageError(
        t("{0} has things in it that cannot be drawn here. Save it as PNG, JPEG, WebP or GIF and try again.", label),
      );
    throw new ImageError(
      t("{0} is no picture that can be read. Save it as PNG, JPEG, WebP or GIF and try again.", label),
    );
  }
}

async function encode(bitmap: ImageBitmap, scale: number, lossless: boolean): Promise<Blob> {
  const canvas = drawn(bitmap, scale, !lossless);
  if (lossless) {
    const png = await canvas.convertToBlob({ type: "image/png" });
    if (png.size <= byteBudget) return png;
  }
  const opaque = lossless ? drawn(bitmap, scale, true) : canvas;
  for (const quality of [0.92, 0.85, 0.75, 0.6]) {
    const jpeg = await opaque.convertToBlob({ type: "image/jpeg", quality });
    if (jpeg.size <= byteBudget) return jpeg;
  }
  return encode(bitmap, scale * 0.7, false);
}

function drawn(bitmap: ImageBitmap, scale: number, opaque: boolean): OffscreenCanvas {
  const canvas = new OffscreenCanvas(
    Math.max(1, Math.round(bitmap.width * scale)),
    Math.max(1, Math.round(bitmap.height * scale)),
  );
  const context = canvas.getContext("2d");
  if (!context) throw new ImageError(t("This picture cannot be drawn here."));
  if (opaque) {
    // JPEG knows no transparency, and would turn it black.
    context.fillStyle = "#fff";
    context.fillRect(0, 0, canvas.width, canvas.height);
  }
  context.imageSmoothingQuality = "high";
  context.drawImage(bitmap, 0, 0, canvas.width, canvas.height);
  return canvas;
}

async function base64(blob: Blob): Promise<string> {
  const url = await new Promise<string>((resolve, reject) => {
    const reader = new FileReader();
    reader.onload = () =>
      typeof reader.result === "string" ? resolve(reader.result) : reject(reader.error ?? new Error());
    reader.onerror = () => reject(reader.error ?? new Error());
    reader.readAsDataURL(blob);
  });
  return url.slice(url.indexOf(",") + 1);
}

function tooLarge(label: string, bytes: number): string {
  const megabytes = (bytes: number): string => (bytes / 1_000_000).toFixed(0);
  return t(
    "{0} has {1} MB; pictures of up to {2} MB can be attached. Make it smaller and try again.",
    label,
    megabytes(bytes),
    megabytes(largestFile),
  );
}
