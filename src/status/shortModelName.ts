import { serviceOf, wireName, type ModelId } from "../router/index";

/**
 * A model in one line: its name, cut to fit. Until that is known, its id without author, variant, active parameters (`-a12b`), and suffixes
 * such as `-instruct`.
 */
export function shortModelName(id: ModelId, name = idWithoutDetails(id)): string {
  return name.length <= maxLength ? name : `${name.slice(0, maxLength - 1).replace(/[-\s]$/, "")}…`;
}

function idWithoutDetails(id: ModelId): string {
  const wire = wireName(id);
  // At OpenRouter what follows the colon is a variant, at Ollama the size.
  const variant = serviceOf(id) === "openrouter" ? /:.*$/ : /:latest$/;
  const slug = wire.slice(wire.lastIndexOf("/") + 1).replace(variant, "");
  return slug.replace(/-(it|instruct|chat|preview)$/, "").replace(/-a\d+b\b/, "") || id;
}

/** Longer names would push other items off the status bar. */
const maxLength = 24;
