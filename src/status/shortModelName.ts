import type { ModelId } from "../router/index";

/** Shortens a model id for one line: drops author, variant, active parameters (`-a12b`), and suffixes such as `-instruct`. */
export function shortModelName(id: ModelId): string {
  const slug = id.slice(id.lastIndexOf("/") + 1).replace(/:.*$/, "");
  const name = slug.replace(/-(it|instruct|chat|preview)$/, "").replace(/-a\d+b\b/, "") || id;
  return name.length <= maxLength ? name : `${name.slice(0, maxLength - 1).replace(/-$/, "")}…`;
}

/** Longer names would push other items off the status bar. */
const maxLength = 24;
