import { serviceOf, wireName, type ModelId } from "../router/index";

/** Shortens a model id for one line: drops author, variant, active parameters (`-a12b`), and suffixes such as `-instruct`. */
export function shortModelName(id: ModelId): string {
  const wire = wireName(id);
  // At OpenRouter what follows the colon is a variant, at Ollama the size.
  const variant = serviceOf(id) === "openrouter" ? /:.*$/ : /:latest$/;
  const slug = wire.slice(wire.lastIndexOf("/") + 1).replace(variant, "");
  const name = slug.replace(/-(it|instruct|chat|preview)$/, "").replace(/-a\d+b\b/, "") || id;
  return name.length <= maxLength ? name : `${name.slice(0, maxLength - 1).replace(/-$/, "")}…`;
}

/** Longer names would push other items off the status bar. */
const maxLength = 24;
