import type { ModelId } from "../router/index";

/** A model's id as it fits into one line: without author, variant, the share of parameters in use, and what all chat models are called. */
export function shortModelName(id: ModelId): string {
  const slug = id.slice(id.lastIndexOf("/") + 1).replace(/:.*$/, "");
  const name = slug.replace(/-(it|instruct|chat|preview)$/, "").replace(/-a\d+b\b/, "") || id;
  return name.length <= maxLength ? name : `${name.slice(0, maxLength - 1).replace(/-$/, "")}…`;
}

/** Longer names push other people's items off the status bar. */
const maxLength = 24;
