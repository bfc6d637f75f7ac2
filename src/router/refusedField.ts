import type { OptionalField } from "./attemptError";
import type { Capability } from "./capability";

const fieldPatterns: readonly [RegExp, OptionalField][] = [
  [/reasoning is (mandatory|required)|\b(reasoning|thinking)\b[^.]{0,60}cannot be (disabled|turned off)/i, "reasoning"],
  [
    /encrypted (reasoning|payload|thinking)|thought[ _]?signature|\bthinking\W{0,3}blocks?\b|signature[^.]{0,40}\bthinking|reasoning_details/i,
    "reasoning_details",
  ],
  [/\bplugins?\b/i, "plugins"],
];

/** The optional field that a refusal complains of: the same model accepts the request without it. */
export function refusedField(text: string): OptionalField | undefined {
  return fieldPatterns.find(([pattern]) => pattern.test(text))?.[1];
}

/** The first that matches counts: a text about `json_schema` usually names `response_format` as well, and `tool_choice` tools. */
const capabilityPatterns: readonly [words: string, Capability][] = [
  ["tool[_ ]choice", "tool_choice"],
  ["tool[_ ]use|tool[_ ]call(s|ing)?|function[_ ]call(s|ing)?|tools", "tools"],
  ["json_schema|structured[_ ]outputs?", "structured_outputs"],
  ["response_format|json_object|json[_ ]mode", "response_format"],
  ["image inputs?|input images?", "image"],
  ["audio inputs?|input audio", "audio"],
  ["video inputs?|input videos?", "video"],
  ["file inputs?|input files?|pdf", "file"],
];

/** The capability that a text about missing endpoints names. */
export function namedCapability(text: string): Capability | undefined {
  return capabilityPatterns.find(([words]) => new RegExp(`\\b(${words})\\b`, "i").test(text))?.[1];
}

/**
 * The capability that a text calls unsupported. Any other mention says little: a complaint about the schema of a tool names
 * `tools` as well, and so does "`logprobs` is not supported with tools".
 */
export function unsupportedCapability(text: string): Capability | undefined {
  return capabilityPatterns.find(([words]) => {
    const before = String.raw`\b(not support|unsupported|doesn't support|no support for)\b[^.[\n]{0,30}\b(${words})\b`;
    const after = String.raw`\b(${words})\b[^.[\n]{0,30}\b(not supported|unsupported|not enabled|unavailable)\b`;
    return new RegExp(`${before}|${after}`, "i").test(text);
  })?.[1];
}
