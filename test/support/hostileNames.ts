/** Names that a file, model, chat or terminal could have to be taken for something else. Each is a legal file name on Linux, macOS or Windows. */
export const hostileNames: readonly string[] = [
  // Links in notifications and below input boxes
  "[see the docs](command:workbench.action.quit).ts",
  "[x](command:workbench.action.terminal.sendSequence?%7B%22text%22%3A%22id%22%7D).ts",
  "[a](https:evil.example).ts",
  "[a](HTTPS:\\evil.example 'title').ts",
  "[a](file:x).ts",
  "[[a](command:b)](command:c).ts",
  "[a]\u200b(command:b).ts",
  "[a]\u202e(command:b).ts",
  "[a]\n(command:b).ts",
  "a](command:b)[c",
  // Icons
  "$(bug).ts",
  "\\$(bug).ts",
  "\\\\$(zap) beetle.ts",
  "$$(sync~spin).ts",
  "$(\u200bbug).ts",
  "$(trusted-publisher) verified.ts",
  // Markdown
  "**bold** _it_ ~~no~~.md",
  "`code` ```.md",
  "![i](https:evil.example.png)",
  "# heading.md",
  "- item | cell | x.md",
  "www.evil.example",
  "mail@evil.example",
  "&lt;b&gt; &#36;(bug) &copy;.md",
  // HTML
  "<img src=x onerror=alert(1)>.ts",
  "<script>alert(1)<script>.ts",
  '"><b onmouseover="x">.ts',
  "<!-- .ts",
  // Reordered and hidden text
  "invoice\u202etxt.exe",
  "a\u2066b\u2069c.ts",
  "pay\u200bpal\u200d\ufeff.ts",
  "\u200f\u200e.ts",
  "a\u{e0041}\u{e0042}.ts",
  "soft\u00adhyphen\u3164.ts",
  // Control characters
  "two\nlines.ts",
  "Saved.\r\nDelete everything?.ts",
  "tab\tand\u001b[31mred\u0007.ts",
  "c1\u009b\u0085.ts",
  // Templates and escapes
  "{0} and {1}.ts",
  "{{selection}} ${HOME} $& $1 $`.ts",
  "%2e%2e%2f%00 100%.ts",
  'it\'s "quoted" „so“.ts',
  // Names that Windows reads differently
  "trailing dots...",
  " spaces around ",
  "..hidden..",
  "CON",
  "file.txt:stream",
  "back\\slash\\..\\x.ts",
  // Length
  `${"long".repeat(60)}.ts`,
];
