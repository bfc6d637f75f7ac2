import { maskedStyle, svgWeight } from "./svgWeight";

/** The longer side of a rasterized SVG, in pixels. */
const rasterSide = 1200;
/** An SVG of this weight takes a few seconds to render. A map of a country weighs less. */
const maxWeight = 50_000;

/** A valid SVG that takes too long to render, or whose pixels the browser does not let the page read. */
export class SvgRenderError extends Error {}

/** True for SVG: the first 2 KB contain an `<svg>` tag. */
export async function isSvg(file: Blob): Promise<boolean> {
  const start = await file.slice(0, 2048).text();
  return /^\s*</.test(start.replace("\ufeff", "")) && /<svg[\s>]/i.test(start);
}

/** Renders an SVG at a fixed size. As an image, an SVG neither runs scripts nor loads anything. Throws an `SvgRenderError`. */
export async function rasterizeSvg(file: Blob): Promise<ImageBitmap> {
  const text = (await decodeText(file)).replace(/\bstyle\b/g, maskedStyle);
  const { documentElement } = new DOMParser().parseFromString(text, "image/svg+xml");
  if (documentElement.querySelector("parsererror")) throw new Error("Invalid XML");
  if (svgWeight(documentElement, maxWeight) > maxWeight) throw new SvgRenderError();
  // Renders the document that was measured, because the browser could parse the file differently.
  const measured = new XMLSerializer().serializeToString(documentElement).replaceAll(maskedStyle, "style");
  const url = URL.createObjectURL(new Blob([measured], { type: "image/svg+xml" }));
  try {
    const image = new Image();
    image.src = url;
    await image.decode();
    return toBitmap(image);
  } finally {
    URL.revokeObjectURL(url);
  }
}

/** Decodes with the encoding in the XML declaration, which is not always UTF-8. */
async function decodeText(file: Blob): Promise<string> {
  const [, encoding = "utf-8"] =
    /^\s*<\?xml[^>]*\sencoding\s*=\s*["']([\w-]+)/.exec(await file.slice(0, 200).text()) ?? [];
  try {
    return new TextDecoder(encoding).decode(await file.arrayBuffer());
  } catch {
    return file.text();
  }
}

function toBitmap(image: HTMLImageElement): ImageBitmap {
  // An SVG without a size gets the default size of replaced elements in CSS.
  const [width, height] = [image.naturalWidth || 300, image.naturalHeight || 150];
  const scale = rasterSide / Math.max(width, height);
  const canvas = new OffscreenCanvas(Math.max(1, Math.round(width * scale)), Math.max(1, Math.round(height * scale)));
  const context = canvas.getContext("2d");
  context?.drawImage(image, 0, 0, canvas.width, canvas.height);
  try {
    // Throws if the SVG contains HTML (`foreignObject`), which taints the canvas.
    context?.getImageData(0, 0, 1, 1);
  } catch {
    throw new SvgRenderError();
  }
  return canvas.transferToImageBitmap();
}
