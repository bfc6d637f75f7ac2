import type { BlockView, RenderContext } from "./blockView";
import { AlertView } from "./alertView";
import { CodeView } from "./codeView";
import { FootnoteView } from "./footnoteView";
import { ListView } from "./listView";
import { readAlert } from "./parse/alert";
import type { Block } from "./parse/markdownBlock";
import { QuoteView } from "./quoteView";
import { createDefinitionView, createMathView, createOpenHtmlView, createThematicBreakView } from "./simpleViews";
import { TableView } from "./tableView";
import { TextView } from "./textView";

/** A code block has a caption with buttons, and takes as long as so many elements. */
const nodesOfCode = 40;

/** Creates the view of a block. The first letter of a top-level block sets the text direction of the whole block. */
export function createView(block: Block, context: RenderContext, nested = false): BlockView {
  const view = createViewByType(block, context);
  context.frameBudget.addNodes(block.type === "code" ? nodesOfCode : 1);
  if (!nested && view.node instanceof HTMLElement && view.node.dir === "") view.node.dir = "auto";
  return view;
}

function createViewByType(block: Block, context: RenderContext): BlockView {
  switch (block.type) {
    case "paragraph":
    case "heading":
      return new TextView(block, context);
    case "blockquote": {
      const alert = readAlert(block.blocks);
      return alert ? new AlertView(alert, context) : new QuoteView(block, context);
    }
    case "list":
      return new ListView(block, context);
    case "table":
      return new TableView(block, context);
    case "code":
      return new CodeView(block, context);
    case "code-continuation":
      return new CodeView({ ...block, type: "code", info: "" }, context);
    case "html":
      return createOpenHtmlView(block, context);
    case "math":
      return createMathView(block, context);
    case "footnote":
      return new FootnoteView(block, context);
    case "thematic-break":
      return createThematicBreakView(block);
    case "definition":
      return createDefinitionView(block);
  }
}
