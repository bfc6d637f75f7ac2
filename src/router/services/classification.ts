import type { AttemptErrorDetails } from "../attemptError";
import { toOneLine, type RefusalReason } from "../refusalMessages";

/** What a refusal means. `origin` and `message` differ from the reason's usual ones only where they are given. */
export interface Classification extends AttemptErrorDetails {
  reason: RefusalReason;
  message?: string;
}

/** Includes the service's text in the message: only the service can say what is wrong with a request. */
export function badRequest(text: string): Classification {
  const complaint = toOneLine(text);
  if (!complaint) return { reason: "bad-request" };
  return { reason: "bad-request", message: `The service refused the request: ${complaint}`, complaint };
}

/** Redirects are not followed: they could send the key to another host. */
export const redirected: Classification = {
  reason: "offline",
  message: "The network redirected the request. Sign in to the network, or check the base URL.",
};

/** Whether a body is a web page: of a proxy, a captive portal or an edge server. */
export function isWebPage(text = ""): boolean {
  return /^\s*<(!doctype|html|head|body|\?xml)/i.test(text);
}
