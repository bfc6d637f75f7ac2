/** Elements that hold whole lines: a phrase never reaches from one into the next. */
const blocks = "p,li,pre,td,th,h1,h2,h3,h4,h5,h6,dt,dd,summary,blockquote,figcaption,div,article,section,header,footer";

interface Run {
  text: string;
  /** The text nodes that it is made of, with where each begins in it. */
  nodes: { node: Text; at: number }[];
}

/**
 * Every place in `root` where the words stand, in the order of the page, whatever their case and however the text is cut into
 * elements: a coloured line of code is one text. What cannot be seen, or is only a label of a button, is passed over. No more
 * than `most` places are looked for.
 */
export function findText(root: Element, words: string, most: number): StaticRange[] {
  if (words === "") return [];
  const pattern = new RegExp(words.replace(/[\\^$.*+?()[\]{}|/]/g, "\\$&").replace(/\s+/g, "\\s+"), "giu");
  const found: StaticRange[] = [];
  for (const run of runsIn(root)) {
    for (const { index, 0: text } of run.text.matchAll(pattern)) {
      const range = rangeIn(run, index, index + text.length);
      if (range && isShown(range.startContainer)) found.push(range);
      if (found.length >= most) return found;
    }
  }
  return found;
}

function* runsIn(root: Element): Generator<Run> {
  const walker = document.createTreeWalker(root, NodeFilter.SHOW_TEXT);
  let block: Element | null = null;
  let run: Run = { text: "", nodes: [] };
  for (let node = walker.nextNode(); node; node = walker.nextNode()) {
    if (!(node instanceof Text)) continue;
    const own = node.parentElement?.closest(blocks) ?? root;
    if (own !== block && run.text !== "") {
      yield run;
      run = { text: "", nodes: [] };
    }
    block = own;
    run.nodes.push({ node, at: run.text.length });
    run.text += node.data;
  }
  if (run.text !== "") yield run;
}

function rangeIn({ nodes }: Run, from: number, to: number): StaticRange | undefined {
  const start = nodes[firstIndex(nodes, ({ at }) => at > from) - 1];
  const end = nodes[firstIndex(nodes, ({ at }) => at >= to) - 1];
  if (!start || !end) return undefined;
  return new StaticRange({
    ...{ startContainer: start.node, startOffset: from - start.at },
    ...{ endContainer: end.node, endOffset: to - end.at },
  });
}

/** Where in a list that has first only those of which it is false the first stands of which it is true; by halving. */
export function firstIndex<Each>(list: readonly Each[], isIt: (each: Each) => boolean): number {
  let low = 0;
  let high = list.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    const each = list[middle];
    if (each !== undefined && isIt(each)) high = middle;
    else low = middle + 1;
  }
  return low;
}

/**
 * What the browser skips because it is off the screen counts as shown; what is folded or there for screen readers only does not.
 * The browser itself is not asked: for each place that it skips it would work out how everything around it looks.
 */
function isShown({ parentElement }: Node): boolean {
  return !!parentElement && !parentElement.matches(folded) && !parentElement.closest(unseen);
}

const folded = "details:not([open])";
const unseen = `button, .visually-hidden, ${folded} > :not(summary:first-of-type)`;
