import type { TextAttachment } from "../../context/attachment";
import type { RestoredCode } from "../../context/secretsCheck";
import { branchTo } from "../conversation/branch";
import { findAnswer } from "../conversation/conversation";
import type { Session } from "../session/session";
import type { PageContext } from "./pageContext";
import type { PageDependencies } from "./pageDependencies";
import type { FromWebview } from "./protocol";

/** Runs an action on a code block of an answer. */
export async function useCode(
  message: FromWebview & { type: "code" },
  { page, session, dependencies }: PageContext,
): Promise<void> {
  const { actions } = dependencies;
  const { language, info } = message;
  const restored =
    message.do === "copy" ? { code: message.text } : await restoreSecrets(message.text, session, dependencies);
  if ("problem" in restored) {
    page.notice({ severity: "error", text: restored.problem });
    return;
  }
  const text = restored.code;
  const used = (use: "applied" | "inserted") => (): void => session.codeUsed(message.answer, message.block, use);
  const handlers: Record<typeof message.do, () => Promise<unknown>> = {
    copy: () => actions.copy(text),
    insert: () => actions.code.insert(text),
    terminal: () => actions.code.terminal(text),
    apply: () => {
      const sources = sourcesOf(session, message.answer);
      return actions.code.apply({ code: text, language, info, sources, accepted: used("applied") });
    },
    diagram: () => actions.code.diagram(text),
    replace: () => actions.code.replace(text),
    "new-file": () => actions.code.newFile({ code: text, language, info }),
  };
  const notice = await handlers[message.do]();
  if (message.do === "insert" && notice === undefined) used("inserted")();
  if (typeof notice === "string") page.notice({ severity: "info", text: notice });
}

/** Puts secrets back that were sent as placeholders. Copying leaves the placeholders, since the code may go anywhere. */
function restoreSecrets(
  code: string,
  { id, conversation }: Session,
  { secrets }: PageDependencies,
): Promise<RestoredCode> {
  const questions = conversation.published.turns.map(({ question }) => question);
  const attached = questions.flatMap(({ attachments }) =>
    attachments.flatMap((each) => (each.kind === "image" ? [] : each.text)),
  );
  return secrets.restore(code, id, [...questions.map(({ text }) => text), ...attached]);
}

/** The text attachments of an answer's question and of those before it, nearest first. */
function sourcesOf({ conversation }: Session, answer: string): TextAttachment[] {
  const turn = findAnswer(conversation.published, answer)?.turn;
  return branchTo(conversation.published, turn?.id ?? "")
    .reverse()
    .flatMap((step) => step.turn.question.attachments.filter((each) => each.kind !== "image"));
}
