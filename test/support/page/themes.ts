/** Four built-in VS Code themes. */
export const themeNames = ["dark", "light", "high-contrast", "high-contrast-light"] as const;
export type ThemeName = (typeof themeNames)[number];

/** The classes that VS Code sets on the body of a webview. */
export const themeKinds: Readonly<Record<ThemeName, string>> = {
  dark: "vscode-dark",
  light: "vscode-light",
  "high-contrast": "vscode-high-contrast",
  "high-contrast-light": "vscode-high-contrast vscode-high-contrast-light",
};

const fonts = {
  "font-family": "'Noto Sans', 'DejaVu Sans', sans-serif",
  "font-size": "13px",
  "font-weight": "normal",
  "editor-font-family": "'DejaVu Sans Mono', monospace",
  "editor-font-size": "13px",
};

/** The colors in VS Code 1.139, in the order of `themeNames`; empty if the theme does not set one. */
const colors: Readonly<Record<string, readonly [string, string, string, string]>> = {
  "button-background": ["#0078d4", "#005fb8", "#000000", "#0f4a85"],
  "button-border": ["#ffffff1a", "#0000001a", "#6fc3df", "#0f4a85"],
  "button-foreground": ["#ffffff", "#ffffff", "#ffffff", "#ffffff"],
  "button-hoverBackground": ["#026ec1", "#0258a8", "#000000", "#0f4a85"],
  "button-secondaryBackground": ["#00000000", "#e5e5e5", "", "#ffffff"],
  "button-secondaryForeground": ["#cccccc", "#3b3b3b", "#ffffff", "#292929"],
  "button-secondaryHoverBackground": ["#2b2b2b", "#cccccc", "", ""],
  "charts-blue": ["#59a4f9", "#0063d3", "#59a4f9", "#0063d3"],
  "charts-green": ["#89d185", "#388a34", "#89d185", "#374e06"],
  "charts-red": ["#f14c4c", "#e51400", "#f48771", "#b5200d"],
  "chat-requestBorder": ["#ffffff1a", "#0000001a", "#6fc3df", "#0f4a85"],
  "chat-requestBubbleBackground": ["#264f784d", "#add6ff4d", "", ""],
  "checkbox-background": ["#313131", "#f8f8f8", "#000000", "#ffffff"],
  "checkbox-border": ["#3c3c3c", "#cecece", "#6fc3df", "#0f4a85"],
  "checkbox-foreground": ["#cccccc", "#3b3b3b", "#ffffff", "#292929"],
  contrastActiveBorder: ["", "", "#f38518", "#006bbd"],
  contrastBorder: ["", "", "#6fc3df", "#0f4a85"],
  "debugTokenExpression-boolean": ["#4e94ce", "#0000ff", "#75bdfe", "#0000ff"],
  "debugTokenExpression-error": ["#f48771", "#e51400", "#f48771", "#e51400"],
  "debugTokenExpression-name": ["#c586c0", "#9b46b0", "#ffffff", "#292929"],
  "debugTokenExpression-number": ["#b5cea8", "#098658", "#89d185", "#098658"],
  "debugTokenExpression-string": ["#ce9178", "#a31515", "#f48771", "#a31515"],
  descriptionForeground: ["#9d9d9d", "#3b3b3b", "#ffffffb3", "#292929b3"],
  "diffEditor-insertedTextBackground": ["#9ccc2c33", "#9ccc2c40", "", ""],
  "diffEditor-insertedTextBorder": ["", "", "#33ff2e", "#374e06"],
  "diffEditor-removedTextBackground": ["#ff000033", "#ff000033", "", ""],
  "diffEditor-removedTextBorder": ["", "", "#ff008f", "#ad0707"],
  "editor-background": ["#1f1f1f", "#ffffff", "#000000", "#ffffff"],
  "editor-findMatchBackground": ["#9e6a03", "#a8ac94", "", ""],
  "editor-findMatchHighlightBackground": ["#ea5c0054", "#ea5c0054", "", ""],
  "editor-foreground": ["#cccccc", "#3b3b3b", "#ffffff", "#292929"],
  "editorHoverWidget-background": ["#202020", "#f8f8f8", "#0c141f", "#ffffff"],
  "editorSuggestWidget-background": ["#202020", "#f8f8f8", "#0c141f", "#ffffff"],
  "editorSuggestWidget-border": ["#cccccc33", "#3b3b3b33", "#6fc3df", "#0f4a85"],
  "editorSuggestWidget-foreground": ["#cccccc", "#3b3b3b", "#ffffff", "#292929"],
  "editorSuggestWidget-selectedBackground": ["#04395e", "#e8e8e8", "#ffffff", "#292929"],
  "editorSuggestWidget-selectedForeground": ["#ffffff", "#000000", "#0c141f", "#ffffff"],
  "editorWarning-foreground": ["#cca700", "#bf8803", "#ffd370", "#895503"],
  "editorWidget-background": ["#202020", "#f8f8f8", "#0c141f", "#ffffff"],
  "editorWidget-border": ["#cccccc33", "#3b3b3b33", "#6fc3df", "#0f4a85"],
  "editorWidget-foreground": ["#cccccc", "#3b3b3b", "#ffffff", "#292929"],
  focusBorder: ["#0078d4", "#005fb8", "#f38518", "#006bbd"],
  foreground: ["#cccccc", "#3b3b3b", "#ffffff", "#292929"],
  "gitDecoration-modifiedResourceForeground": ["#e2c08d", "#895503", "#e2c08d", "#895503"],
  "icon-foreground": ["#cccccc", "#3b3b3b", "#ffffff", "#292929"],
  "input-background": ["#313131", "#ffffff", "#000000", "#ffffff"],
  "input-border": ["#3c3c3c", "#cecece", "#6fc3df", "#0f4a85"],
  "input-foreground": ["#cccccc", "#3b3b3b", "#ffffff", "#292929"],
  "input-placeholderForeground": ["#989898", "#767676", "#ffffffb3", "#292929b3"],
  "inputOption-activeBackground": ["#2489db82", "#bed6ed", "#00000000", "#00000000"],
  "inputOption-activeBorder": ["#2488db", "#005fb8", "#6fc3df", "#0f4a85"],
  "inputOption-activeForeground": ["#ffffff", "#000000", "#ffffff", "#292929"],
  "inputValidation-warningBackground": ["#352a05", "#f6f5d2", "#000000", "#ffffff"],
  "inputValidation-warningBorder": ["#b89500", "#b89500", "#6fc3df", "#0f4a85"],
  "inputValidation-warningForeground": ["", "", "", "#292929"],
  "keybindingTable-headerBackground": ["#cccccc0a", "#3b3b3b0a", "", ""],
  "list-activeSelectionBackground": ["#04395e", "#e8e8e8", "", "#0f4a851a"],
  "list-activeSelectionForeground": ["#ffffff", "#000000", "", ""],
  "list-hoverBackground": ["#2a2d2e", "#f2f2f2", "#ffffff1a", "#0f4a851a"],
  "panel-border": ["#2b2b2b", "#e5e5e5", "#6fc3df", "#0f4a85"],
  "progressBar-background": ["#0078d4", "#005fb8", "#6fc3df", "#0f4a85"],
  "scrollbarSlider-background": ["#79797966", "#64646466", "#6fc3df99", "#0f4a8566"],
  "sideBar-background": ["#181818", "#f8f8f8", "#000000", "#ffffff"],
  "symbolIcon-functionForeground": ["#b180d7", "#652d90", "#b180d7", "#652d90"],
  "symbolIcon-variableForeground": ["#75beff", "#007acc", "#75beff", "#007acc"],
  "textBlockQuote-background": ["#2b2b2b", "#f8f8f8", "", "#f2f2f2"],
  "textBlockQuote-border": ["#616161", "#e5e5e5", "#ffffff", "#292929"],
  "textCodeBlock-background": ["#2b2b2b", "#f8f8f8", "#000000", "#f2f2f2"],
  "textLink-activeForeground": ["#4daafc", "#005fb8", "#21a6ff", "#0f4a85"],
  "textLink-foreground": ["#4daafc", "#005fb8", "#21a6ff", "#0f4a85"],
  "textPreformat-background": ["#3c3c3c", "#0000001f", "", "#09345f"],
  "textPreformat-foreground": ["#d0d0d0", "#3b3b3b", "#ffffff", "#ffffff"],
  "toolbar-hoverBackground": ["#5a5d5e4f", "#b8b8b84f", "", ""],
  "toolbar-hoverOutline": ["", "", "#f38518", "#006bbd"],
  "widget-border": ["#313131", "#e5e5e5", "#6fc3df", "#0f4a85"],
  "widget-shadow": ["#0000005c", "#00000029", "", ""],
};

/** The relevant part of VS Code's default style sheet for webviews. */
const vscodeStyle = `
  body { background-color: transparent; color: var(--vscode-editor-foreground); margin: 0; padding: 0 20px; }
  img { max-width: 100%; max-height: 100%; }
  a, a code { color: var(--vscode-textLink-foreground); }
  a:focus, input:focus, textarea:focus { outline: 1px solid -webkit-focus-ring-color; outline-offset: -1px; }
  code {
    color: var(--vscode-textPreformat-foreground); background-color: var(--vscode-textPreformat-background);
    padding: 1px 3px; border-radius: 4px;
  }
  pre code { padding: 0; }
  blockquote { background: var(--vscode-textBlockQuote-background); border-color: var(--vscode-textBlockQuote-border); }
  ::-webkit-scrollbar { width: 10px; height: 10px; }
  ::-webkit-scrollbar-thumb { background-color: var(--vscode-scrollbarSlider-background); }`;

/** A style sheet that sets the colors of a theme like VS Code does. */
export function themeStyle(theme: ThemeName): string {
  const column = themeNames.indexOf(theme);
  const themeColors = Object.entries(colors).map(([name, values]): [string, string] => [name, values[column] ?? ""]);
  const lines = [...Object.entries(fonts), ...themeColors.filter(([, value]) => value !== "")].map(
    ([name, value]) => `--vscode-${name}: ${value};`,
  );
  return `${vscodeStyle} html { ${lines.join(" ")} } body { background: var(--vscode-sideBar-background) !important; }`;
}
