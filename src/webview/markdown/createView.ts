import type { BlockView, Rendering } from "./blockView";
import { CodeView } from "./codeView";
import { ListView } from "./listView";
import type { Block } from "./markdownBlock";
import { createDefinition, createMath, createOpenHtml, createRule } from "./simpleViews";
import { QuoteView } from "./quoteView";
import { TableView } from "./tableView";
import { TextView } from "./textView";

/** Puts a block on the screen. Each top-level block goes in the direction of its own first letter, with all that is in it. */
export function createView(block: Block, rendering: Rendering, nested = false): BlockView {
  const view = viewOf(block, rendering);
  if (!nested && view.node instanceof HTMLElement && view.node.dir === "") view.node.dir = "auto";
  return view;
}

function viewOf(block: Block, rendering: Rendering): BlockView {
  switch (block.type) {
    case "paragraph":
    case "heading":
      return new TextView(block, rendering);
    case "quote":
      return new QuoteView(block, rendering);
    case "list":
      return new ListView(block, rendering);
    case "table":
      return new TableView(block, rendering);
    case "code":
      return new CodeView(block, rendering);
    case "more-code":
      return new CodeView({ ...block, type: "code", info: "" }, rendering);
    case "html":
      return createOpenHtml(block, rendering);
    case "math":
      return createMath(block);
    case "rule":
      return createRule(block);
    case "definition":
      return createDefinition(block);
  }
}
