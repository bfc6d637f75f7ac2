/** Type and size of an image, read from its bytes; shows in end-to-end tests that the image arrived intact. */
export interface ImageHeader {
  mediaType: string;
  width?: number;
  height?: number;
}

/** Reads type and pixel size from the header of a PNG, JPEG, GIF or WebP; `undefined` for other bytes. */
export function readImageHeader(bytes: Buffer): ImageHeader | undefined {
  const signature = bytes.toString("latin1", 0, 12);
  if (signature.startsWith("\x89PNG\r\n\x1a\n") && bytes.length >= 24)
    return { mediaType: "image/png", width: bytes.readUInt32BE(16), height: bytes.readUInt32BE(20) };
  if (/^GIF8[79]a/.test(signature) && bytes.length >= 10)
    return { mediaType: "image/gif", width: bytes.readUInt16LE(6), height: bytes.readUInt16LE(8) };
  if (signature.startsWith("\xff\xd8\xff")) return { mediaType: "image/jpeg", ...jpegSize(bytes) };
  if (/^RIFF....WEBP/s.test(signature)) return { mediaType: "image/webp", ...webpSize(bytes) };
  return undefined;
}

/** Walks the segments up to the frame header (SOF0 to SOF15, except DHT, JPG and DAC). */
function jpegSize(bytes: Buffer): { width: number; height: number } | undefined {
  for (let at = 2; at + 9 < bytes.length && bytes[at] === 0xff; at += 2 + bytes.readUInt16BE(at + 2)) {
    const marker = bytes.readUInt8(at + 1);
    const isFrame = marker >= 0xc0 && marker <= 0xcf && ![0xc4, 0xc8, 0xcc].includes(marker);
    if (isFrame) return { height: bytes.readUInt16BE(at + 5), width: bytes.readUInt16BE(at + 7) };
  }
  return undefined;
}

function webpSize(bytes: Buffer): { width: number; height: number } | undefined {
  if (bytes.length < 30) return undefined;
  switch (bytes.toString("latin1", 12, 16)) {
    case "VP8X":
      return { width: bytes.readUIntLE(24, 3) + 1, height: bytes.readUIntLE(27, 3) + 1 };
    case "VP8 ":
      return { width: bytes.readUInt16LE(26) & 0x3fff, height: bytes.readUInt16LE(28) & 0x3fff };
    case "VP8L": {
      const packed = bytes.readUInt32LE(21);
      return { width: (packed & 0x3fff) + 1, height: ((packed >>> 14) & 0x3fff) + 1 };
    }
    default:
      return undefined;
  }
}
