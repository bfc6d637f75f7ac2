import { plainText } from "./plainText";

export const severities = ["high", "medium", "low"] as const;
export type Severity = (typeof severities)[number];

/** A finding as the model wrote it. Nothing in it has been checked. */
export interface AnsweredFinding {
  readonly file: string;
  /** One-based, in the new file. */
  readonly line: number;
  /** The code on that line. */
  readonly quote: string;
  readonly severity: Severity;
  readonly title: string;
  readonly why: string;
}

/** The most findings that one answer should have, and that a review shows. */
export const maxFindings = 7;

/** What the answer must look like. Without limits on lengths and counts, which strict schemas of some providers do not support. */
export const findingsSchema = {
  type: "object",
  additionalProperties: false,
  required: ["findings"],
  properties: {
    findings: {
      type: "array",
      items: {
        type: "object",
        additionalProperties: false,
        required: ["file", "line", "quote", "severity", "title", "why"],
        properties: {
          file: described("string", "The file as it is named after “File:”."),
          line: described("integer", "The number at the start of the line."),
          quote: described("string", "The code on that line, copied exactly."),
          severity: { type: "string", enum: [...severities] },
          title: described("string", "The problem in a few words."),
          why: described("string", "What goes wrong, when, and how to fix it, in one to three sentences."),
        },
      },
    },
  },
};

/** For the model; the user does not see it. */
function described(type: string, description: string): { type: string; description: string } {
  return { type, description };
}

/** The findings in an answer that the router has validated. Throws for text that is not JSON; skips what is not a finding. The texts are plain. */
export function readFindings(answer: string): readonly AnsweredFinding[] {
  const json: unknown = JSON.parse(answer);
  const findings = isRecord(json) ? json["findings"] : undefined;
  if (!Array.isArray(findings)) return [];
  return findings
    .filter(isFinding)
    .map((finding) => ({ ...finding, title: plainText(finding.title), why: plainText(finding.why) }));
}

function isFinding(value: unknown): value is AnsweredFinding {
  return (
    isRecord(value) &&
    ["file", "quote", "title", "why"].every((name) => typeof value[name] === "string") &&
    typeof value["line"] === "number" &&
    severities.some((severity) => severity === value["severity"])
  );
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null;
}
