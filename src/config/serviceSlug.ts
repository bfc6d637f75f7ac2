/** The id of a custom service with this name, in lower case: `My vLLM` becomes `my-vllm`. Empty if nothing of the name is left. */
export function serviceSlug(name: string): string {
  const words =
    name
      .normalize("NFKD")
      .toLowerCase()
      .match(/[a-z0-9]+/g) ?? [];
  return words.join("-").slice(0, 40).replace(/-$/, "");
}
