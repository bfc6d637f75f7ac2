import { noticeMessage } from "../failureMessages";
import { showInformation, showWarning } from "../notifications";
import type { RouterEvent } from "../router/index";

/** Shows what the router reports about a running edit, commit message or review. In the chat, it is part of the answer. Does not wait for the user. */
export function showNotice(event: Extract<RouterEvent, { type: "notice" }>): void {
  void (event.notice === "charged" ? showWarning : showInformation)(noticeMessage(event));
}
