import { visibleText } from "./visibleText";

declare const isIconText: unique symbol;

/** Text for places where VS Code turns `$(name)` into an icon: quick picks, the status bar, code lenses. Only `iconText` creates it. */
export type IconText = string & { readonly [isIconText]: true };

export interface Icon {
  /** A codicon, with an optional modifier: `loading~spin`. */
  readonly icon: string;
}

/** An icon for `iconText`. */
export function icon(name: string): Icon {
  return { icon: name };
}

/** Joins icons and texts with spaces and skips empty texts. Texts are shown as they are: `$(bug)` in the name of a file is no icon. */
export function iconText(...parts: readonly (Icon | string)[]): IconText {
  return parts
    .filter((part) => part !== "")
    .map((part) => (typeof part === "string" ? escapeIcons(visibleText(part)) : `$(${part.icon})`))
    .join(" ") as IconText;
}

/**
 * Escapes icons as VS Code's `renderLabelWithIcons` expects (`base/browser/ui/iconLabel/iconLabels.ts`): one backslash before the dollar, which
 * is not shown. Unlike VS Code's own `escapeIcons`, keeps a backslash that the text already has there.
 */
export function escapeIcons(text: string): string {
  return text.replace(/\$\([A-Za-z0-9-]+(?:~[A-Za-z]+)?\)/g, "\\$&");
}
