/** Elements that contain whole lines. A match never continues from one into the next. */
const blocks = "p,li,pre,td,th,h1,h2,h3,h4,h5,h6,dt,dd,summary,blockquote,figcaption,div,article,section,header,footer";

/** The consecutive text of a block. */
interface Run {
  text: string;
  /** The text nodes of the run, with their offsets in `text`. */
  nodes: { node: Text; at: number }[];
}

/**
 * Finds `query` in the visible text of `root`, in document order, ignoring case. A match can span several inline elements, such as the colored
 * parts of a line of code. Returns at most `limit` ranges.
 */
export function findText(root: Element, query: string, limit: number): StaticRange[] {
  if (query === "") return [];
  const pattern = new RegExp(query.replace(/[\\^$.*+?()[\]{}|/]/g, "\\$&").replace(/\s+/g, "\\s+"), "giu");
  const found: StaticRange[] = [];
  for (const run of runsIn(root)) {
    for (const { index, 0: text } of run.text.matchAll(pattern)) {
      const range = rangeIn(run, index, index + text.length);
      if (range && isVisible(range.startContainer)) found.push(range);
      if (found.length >= limit) return found;
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
    const nodeBlock = node.parentElement?.closest(blocks) ?? root;
    if (nodeBlock !== block && run.text !== "") {
      yield run;
      run = { text: "", nodes: [] };
    }
    block = nodeBlock;
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

/** Binary search: the index of the first match, or the length of the list. All matches must be at the end of the list. */
export function firstIndex<Item>(list: readonly Item[], matches: (item: Item) => boolean): number {
  let low = 0;
  let high = list.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    const item = list[middle];
    if (item !== undefined && matches(item)) high = middle;
    else low = middle + 1;
  }
  return low;
}

/**
 * False for button labels, text for screen readers, and text in closed `details`. Off-screen text counts as visible. Does not use
 * `checkVisibility`, which forces a layout of the off-screen turns that `content-visibility` skips.
 */
function isVisible({ parentElement }: Node): boolean {
  return !!parentElement && !parentElement.matches(closedDetails) && !parentElement.closest(hidden);
}

const closedDetails = "details:not([open])";
const hidden = `button, .visually-hidden, ${closedDetails} > :not(summary:first-of-type)`;
