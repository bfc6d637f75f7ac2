import { t } from "@vscode/l10n";
import { rasterizeSvg, isSvg, SvgRenderError } from "./svg";

/** Pixels and bytes: the resolution that common models use, and a size small enough to send with each question. */
const maxSide = 1568;
const maxBytes = 1_500_000;
/** Larger files are not decoded. Bytes. */
const maxFileBytes = 40_000_000;

/** An image that cannot be sent. The message is shown to the user. */
export class ImageError extends Error {}

/**
 * Prepares an image for sending: at most 1568 pixels on the longer side and 1.5 MB, with the Exif orientation applied and without metadata.
 * PNG stays PNG while it is small enough, since JPEG blurs text. Resolves to base64; throws an `ImageError`.
 */
export async function fitImage(file: Blob, label: string): Promise<string> {
  if (file.size > maxFileBytes) throw new ImageError(tooLargeMessage(label, file.size));
  const bitmap = await decode(file, label);
  try {
    const scale = Math.min(1, maxSide / Math.max(bitmap.width, bitmap.height));
    const blob = await encode(bitmap, scale, await isLossless(file));
    return await toBase64(blob);
  } finally {
    bitmap.close();
  }
}

/** Checks the first bytes, because file names and clipboard types can be wrong. PNG, GIF and SVG images often have hard edges. */
async function isLossless(file: Blob): Promise<boolean> {
  const start = new Uint8Array(await file.slice(0, 4).arrayBuffer());
  return ["\x89PNG", "GIF8"].includes(String.fromCharCode(...start)) || (await isSvg(file));
}

async function decode(file: Blob, label: string): Promise<ImageBitmap> {
  try {
    if (await isSvg(file)) return await rasterizeSvg(file);
    return await createImageBitmap(file, { imageOrientation: "from-image" });
  } catch (error) {
    if (error instanceof SvgRenderError)
      throw new ImageError(
        t(
          "{0} is too complex or contains content that cannot be rendered. Save it as PNG, JPEG, WebP, or GIF and try again.",
          label,
        ),
      );
    throw new ImageError(t("{0} is not a supported image. Save it as PNG, JPEG, WebP, or GIF and try again.", label));
  }
}

async function encode(bitmap: ImageBitmap, scale: number, lossless: boolean): Promise<Blob> {
  const canvas = drawToCanvas(bitmap, scale, !lossless);
  if (lossless) {
    const png = await canvas.convertToBlob({ type: "image/png" });
    if (png.size <= maxBytes) return png;
  }
  const opaque = lossless ? drawToCanvas(bitmap, scale, true) : canvas;
  for (const quality of [0.92, 0.85, 0.75, 0.6]) {
    const jpeg = await opaque.convertToBlob({ type: "image/jpeg", quality });
    if (jpeg.size <= maxBytes) return jpeg;
  }
  return encode(bitmap, scale * 0.7, false);
}

function drawToCanvas(bitmap: ImageBitmap, scale: number, opaque: boolean): OffscreenCanvas {
  const canvas = new OffscreenCanvas(
    Math.max(1, Math.round(bitmap.width * scale)),
    Math.max(1, Math.round(bitmap.height * scale)),
  );
  const context = canvas.getContext("2d");
  if (!context) throw new ImageError(t("Could not process the image. Try a smaller one."));
  if (opaque) {
    // JPEG has no transparency: transparent pixels would become black.
    context.fillStyle = "#fff";
    context.fillRect(0, 0, canvas.width, canvas.height);
  }
  context.imageSmoothingQuality = "high";
  context.drawImage(bitmap, 0, 0, canvas.width, canvas.height);
  return canvas;
}

async function toBase64(blob: Blob): Promise<string> {
  const url = await new Promise<string>((resolve, reject) => {
    const reader = new FileReader();
    reader.onload = () =>
      typeof reader.result === "string" ? resolve(reader.result) : reject(reader.error ?? new Error());
    reader.onerror = () => reject(reader.error ?? new Error());
    reader.readAsDataURL(blob);
  });
  return url.slice(url.indexOf(",") + 1);
}

function tooLargeMessage(label: string, bytes: number): string {
  const toMegabytes = (bytes: number): string => (bytes / 1_000_000).toFixed(0);
  return t("{0} is {1} MB. The limit is {2} MB.", label, toMegabytes(bytes), toMegabytes(maxFileBytes));
}
