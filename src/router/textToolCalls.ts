import { AttemptError } from "./attemptError";
import type { CompletionRequest } from "./request";

/** How models that were not trained for the service's format write a tool call as text, at the start of a line. */
const markers = [
  "<tool_call",
  "<function_call",
  "<function=",
  "<invoke",
  "<|tool_call",
  "<｜tool",
  "[TOOL_CALLS]",
  "[TOOL_CALL]",
] as const;
/** The whole answer is the JSON of a call, perhaps in a code block. */
const jsonCall = /^\s*(?:```(?:json|tool_code)?\s*)?\{\s*"(?:name|function|tool|tool_name|function_name)"\s*:/;
/** A text that `jsonCall` may still match. */
const jsonCallStart = /^\s*(?:`{1,3}|```[a-z_]*\s*|(?:```(?:json|tool_code)?\s*)?\{\s*(?:"(?:[a-z_]*(?:"\s*)?)?)?)?$/;
const fence = /^ {0,3}(?:`{3,}|~{3,})/;

/**
 * Holds back what looks like a tool call that a model writes as text: agents would show it to the user, and end. Used for requests
 * with tools only.
 */
export class TextToolCallGuard {
  #held = "";
  /** The line that is being written, as far as it was passed on. */
  #line = "";
  #isInCode = false;
  #isAtStart = true;
  #isCall = false;

  /** The text to pass on. */
  push(text: string): string {
    this.#held += text;
    if (this.#isCall) return "";
    if (this.#isAtStart) {
      if (jsonCall.test(this.#held)) {
        this.#isCall = true;
        return "";
      }
      if (jsonCallStart.test(this.#held)) return "";
      this.#isAtStart = false;
    }
    return this.#release();
  }

  /** What is left at the end of the answer. Throws `AttemptError` if it calls a tool of the request. */
  end({ tools = [] }: CompletionRequest): string {
    const rest = this.#held;
    this.#held = "";
    if (this.#isCall && tools.some((tool) => rest.includes(tool.function.name)))
      throw new AttemptError("bad-tool-call", "The model wrote a tool call as text.");
    return rest;
  }

  /** Passes on whole lines, and the last one as far as it cannot become a marker. */
  #release(): string {
    const text = this.#held;
    let passed = 0;
    while (passed < text.length) {
      const end = text.indexOf("\n", passed);
      const part = end < 0 ? text.slice(passed) : text.slice(passed, end + 1);
      const line = this.#line + part;
      const start = line.trimStart();
      if (!this.#isInCode && this.#line === "") {
        if (markers.some((marker) => start.startsWith(marker))) {
          this.#isCall = true;
          break;
        }
        if (end < 0 && markers.some((marker) => marker.startsWith(start))) break;
      }
      passed += part.length;
      this.#line = end < 0 ? line.slice(0, 8) : "";
      if (end >= 0 && fence.test(line)) this.#isInCode = !this.#isInCode;
    }
    this.#held = text.slice(passed);
    return text.slice(0, passed);
  }
}
