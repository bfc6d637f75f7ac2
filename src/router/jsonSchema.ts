/** What is wrong with a value, for a *Details* section; `undefined` if it is valid. */
export type SchemaCheck = (value: unknown) => string | undefined;

/** Compiles a JSON schema. `name` stands for the value in what its check returns. Throws for an invalid schema. */
export type SchemaCompiler = (schema: Readonly<Record<string, unknown>>, name: string) => SchemaCheck;

/** ajv rejects schemas that name a draft it has not loaded; the keywords in use mean the same in every draft. An answer is checked at once. */
const ignoredKeywords = new Set(["$schema", "$async"]);

/** Loads ajv on first use: it is large, and most requests do not need it. */
export async function loadSchemaCompiler(): Promise<SchemaCompiler> {
  const { Ajv2020 } = await import("ajv/dist/2020.js");
  return (schema, name) => {
    // An instance for each schema, since two of them may have the same `$id`.
    const ajv = new Ajv2020({
      strict: false,
      validateFormats: false,
      validateSchema: false,
      meta: false,
      logger: false,
    });
    const validate = ajv.compile(
      Object.fromEntries(Object.entries(schema).filter(([key]) => !ignoredKeywords.has(key))),
    );
    return (value) => (validate(value) ? undefined : ajv.errorsText(validate.errors, { dataVar: name }));
  };
}
