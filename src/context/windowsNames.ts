/** Devices that Windows finds in every folder, whatever the extension: opening `NUL.txt` never opens a file, opening `CON` can block. */
const device = /^(?:con|prn|aux|nul|conin\$|conout\$|(?:com|lpt)[0-9¹²³])$/i;

/** Whether Windows takes the file name for a device. */
export function isDeviceName(name: string): boolean {
  return device.test(name.replace(/[.:].*$/s, "").trimEnd());
}

/**
 * The name of the file that Windows opens: `.env. ` and `.env::$DATA` open `.env`. Checks of names use it on every platform, since a file on
 * a network drive or in a remote folder may be read by Windows.
 */
export function openedFileName(name: string): string {
  return name.replace(/(?<=[^:]):.*$/s, "").replace(/(?<=[^. ])[. ]+$/, "");
}

/**
 * Whether each name in the path of a URI means the same on every platform: no device, no alternate data stream, no dots or spaces at the
 * end, and no `..` between backslashes, which separate folders only on Windows. A drive letter at the start is allowed.
 */
export function isPortablePath(path: string): boolean {
  const names = path.replace(/^\/[a-z]:(?=\/|$)/i, "").split(/[\\/]/);
  return names.every(
    (name) => name === "." || (openedFileName(name) === name && !/^[. ]+$/.test(name) && !isDeviceName(name)),
  );
}
