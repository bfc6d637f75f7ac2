import { BlockSequence } from "./blockSequence";
import type { BlockView, RenderContext } from "./blockView";
import { readAlert, type AlertKind } from "./parse/alert";
import type { Block } from "./parse/markdownBlock";

/** Codicons, as in VS Code's own Markdown. */
const icons: Readonly<Record<AlertKind, string>> = {
  note: "info",
  tip: "light-bulb",
  important: "comment",
  warning: "alert",
  caution: "stop",
};

/** Renders an alert with an icon and a title in the color of its kind. */
export class AlertView implements BlockView {
  readonly node = document.createElement("div");
  readonly #kind: AlertKind;
  readonly #blocks: BlockSequence;

  constructor({ kind, blocks }: { kind: AlertKind; blocks: Block[] }, context: RenderContext) {
    this.#kind = kind;
    const icon = document.createElement("span");
    icon.className = `codicon codicon-${icons[kind]}`;
    icon.ariaHidden = "true";
    const title = document.createElement("p");
    title.className = "alert-title";
    title.append(icon, context.labels.alert[kind]);
    const content = document.createElement("div");
    this.node.className = "alert";
    this.node.dataset["alert"] = kind;
    this.node.setAttribute("role", "note");
    this.node.append(title, content);
    this.#blocks = new BlockSequence(content, context);
    this.#blocks.update(blocks);
  }

  update(block: Block): boolean {
    const alert = block.type === "blockquote" ? readAlert(block.blocks) : undefined;
    if (alert?.kind !== this.#kind) return false;
    this.#blocks.update(alert.blocks);
    return true;
  }

  finalize(): void {
    this.#blocks.finalize();
  }

  collectUndefinedLabels(labels: Set<string>): void {
    this.#blocks.collectUndefinedLabels(labels);
  }

  refreshLinks(): void {
    this.#blocks.refreshLinks();
  }
}
