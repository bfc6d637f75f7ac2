import { maskedStyle, svgWeight } from "./svgWeight";

/** The longer side of an SVG, which has no pixels of its own. */
const drawnSide = 1200;
/** What takes some seconds to draw at most; a map of a country stays under it. */
const heaviest = 50_000;

/** A drawing that is one, but that would hold the page up, or that a browser shows and gives no pixels of. */
export class UndrawableError extends Error {}

/** True for SVG: a tag of its name, not far from the beginning. */
export async function isSvg(file: Blob): Promise<boolean> {
  const start = await file.slice(0, 2048).text();
  return /^\s*</.test(start.replace("\ufeff", "")) && /<svg[\s>]/i.test(start);
}

/** An SVG as pixels, whatever size it says it has. As a picture it runs nothing and loads nothing. */
export async function drawing(file: Blob): Promise<ImageBitmap> {
  const text = (await textOf(file)).replace(/\bstyle\b/g, maskedStyle);
  const { documentElement } = new DOMParser().parseFromString(text, "image/svg+xml");
  if (documentElement.querySelector("parsererror")) throw new Error("This is no XML");
  if (svgWeight(documentElement, heaviest) > heaviest) throw new UndrawableError();
  // What was weighed is drawn, not the file, which may be read another way.
  const weighed = new XMLSerializer().serializeToString(documentElement).replaceAll(maskedStyle, "style");
  const url = URL.createObjectURL(new Blob([weighed], { type: "image/svg+xml" }));
  try {
    const image = new Image();
    image.src = url;
    await image.decode();
    return pixelsOf(image);
  } finally {
    URL.revokeObjectURL(url);
  }
}

/** Drawings may be in the letters of an old system, and say so in their first line. */
async function textOf(file: Blob): Promise<string> {
  const [, letters = "utf-8"] =
    /^\s*<\?xml[^>]*\sencoding\s*=\s*["']([\w-]+)/.exec(await file.slice(0, 200).text()) ?? [];
  try {
    return new TextDecoder(letters).decode(await file.arrayBuffer());
  } catch {
    return file.text();
  }
}

function pixelsOf(image: HTMLImageElement): ImageBitmap {
  // What says no size is as large as a browser takes it for.
  const [width, height] = [image.naturalWidth || 300, image.naturalHeight || 150];
  const scale = drawnSide / Math.max(width, height);
  const canvas = new OffscreenCanvas(Math.max(1, Math.round(width * scale)), Math.max(1, Math.round(height * scale)));
  const context = canvas.getContext("2d");
  context?.drawImage(image, 0, 0, canvas.width, canvas.height);
  try {
    // HTML in a drawing is shown, but no page may read what it looks like.
    context?.getImageData(0, 0, 1, 1);
  } catch {
    throw new UndrawableError();
  }
  return canvas.transferToImageBitmap();
}
