/** The links that VS Code makes in notifications and below input boxes (`base/common/linkedText.ts`). */
export function linksIn(text: string): string[] {
  return text.match(/\[([^\]]+)\]\(((?:https?:\/\/|command:|file:)[^)\s]+)(?: (["'])(.+?)(\3))?\)/gi) ?? [];
}

/** What VS Code shows for a text with icons (`renderLabelWithIcons` in `base/browser/ui/iconLabel/iconLabels.ts`). */
export function renderIcons(text: string): { text: string; icons: string[] } {
  const icons: string[] = [];
  const shown = text.replace(
    /(\\)?\$\(([A-Za-z0-9-]+(?:~[A-Za-z]+)?)\)/g,
    (_match, backslash: string | undefined, icon: string) => {
      if (backslash !== undefined) return `$(${icon})`;
      icons.push(icon);
      return "";
    },
  );
  return { text: shown, icons };
}
