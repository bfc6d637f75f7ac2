const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/**
 * A value that matches a JSON Schema, with all required and optional properties and short texts that name their origin.
 * Supports only the keywords that tools and answers use (types, enum, const, combinations, local `$ref`).
 */
export function sampleForSchema(schema: unknown, name = "value", root: unknown = schema, depth = 0): unknown {
  if (!isObject(schema) || depth > 8) return `${name} from the simulator`;
  if ("const" in schema) return schema["const"];
  if (Array.isArray(schema["enum"])) return schema["enum"][0];
  if (typeof schema["$ref"] === "string")
    return sampleForSchema(resolveReference(root, schema["$ref"]), name, root, depth + 1);
  for (const choice of ["anyOf", "oneOf"] as const) {
    const options: unknown = schema[choice];
    if (Array.isArray(options)) return sampleForSchema(options[0], name, root, depth + 1);
  }
  if (Array.isArray(schema["allOf"]))
    return Object.assign(
      {},
      ...schema["allOf"].map((part: unknown) => sampleForSchema(part, name, root, depth + 1)),
    ) as unknown;
  const types: unknown = schema["type"];
  switch (Array.isArray(types) ? (types[0] as unknown) : (types ?? (schema["properties"] ? "object" : "string"))) {
    case "object":
      return Object.fromEntries(
        Object.entries(isObject(schema["properties"]) ? schema["properties"] : {}).map(([key, each]) => [
          key,
          sampleForSchema(each, key, root, depth + 1),
        ]),
      );
    case "array": {
      const length = typeof schema["minItems"] === "number" ? Math.max(1, schema["minItems"]) : 2;
      return Array.from({ length }, () => sampleForSchema(schema["items"], name, root, depth + 1));
    }
    case "integer":
    case "number":
      return typeof schema["minimum"] === "number" ? schema["minimum"] : 7;
    case "boolean":
      return true;
    case "null":
      return null;
    default:
      return sampleText(schema, name);
  }
}

function sampleText(schema: Record<string, unknown>, name: string): string {
  const text = schema["format"] === "date" ? "2026-08-22" : `${name} from the simulator`;
  const min = typeof schema["minLength"] === "number" ? schema["minLength"] : 0;
  const max = typeof schema["maxLength"] === "number" ? schema["maxLength"] : Infinity;
  return text.padEnd(min, ".").slice(0, max);
}

function resolveReference(root: unknown, reference: string): unknown {
  return reference
    .split("/")
    .slice(1)
    .reduce<unknown>(
      (value, key) => (isObject(value) ? value[key.replaceAll("~1", "/").replaceAll("~0", "~")] : undefined),
      root,
    );
}
