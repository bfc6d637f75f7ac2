import { t } from "@vscode/l10n";
import type { TextAttachment } from "../../context/attachment";
import { attachmentSource, outgoingAttachment, surroundingsSource } from "../../context/outgoingAttachment";
import { userInstructionsSource, type OutgoingText } from "../../context/outgoingText";
import type { Step } from "../conversation/branch";
import type { StoredAttachment } from "../conversation/conversation";

/** What a request is built from. */
export interface RequestParts {
  readonly steps: readonly Step[];
  /** The user's instructions; empty if there are none. */
  readonly instructions: string;
  /** Instruction files of the workspace, such as AGENTS.md. */
  readonly projectFiles: readonly TextAttachment[];
  /** The text of the incomplete answer to continue. */
  readonly prefix?: string;
}

/** All texts of the request with their sources, for the secrets check. */
export function outgoingTexts({ steps, instructions, projectFiles, prefix }: RequestParts): OutgoingText[] {
  const attachments = [...projectFiles, ...steps.flatMap(({ turn }) => turn.question.attachments)];
  return [
    ...steps.flatMap((step, index) => stepTexts(step, index === steps.length - 1)),
    ...attachments.flatMap((each) => (each.kind === "image" ? [] : outgoingAttachment(each))),
    {
      ...{ source: userInstructionsSource, label: t("Your instructions in the settings"), text: instructions },
      onHoldBack: "leave-out",
    },
    ...(prefix === undefined ? [] : [answerText(`prefix of ${steps.at(-1)?.turn.id ?? ""}`, prefix)]),
  ];
}

/** The parts without the texts that the user held back. */
export function withoutHeldBack<P extends RequestParts>(parts: P, heldBack: readonly OutgoingText[]): P {
  const sources = new Set(heldBack.map(({ source }) => source));
  return {
    ...parts,
    steps: parts.steps.map((step) => {
      const { question } = step.turn;
      return {
        ...step,
        turn: { ...step.turn, question: { ...question, attachments: keptAttachments(question.attachments, sources) } },
      };
    }),
    instructions: sources.has(userInstructionsSource) ? "" : parts.instructions,
    projectFiles: parts.projectFiles.filter((each) => !sources.has(attachmentSource(each))),
  };
}

/** The attachments without those held back, and without held back code around them. */
export function keptAttachments(
  attachments: readonly StoredAttachment[],
  heldBack: ReadonlySet<string>,
): StoredAttachment[] {
  return attachments.flatMap((each): StoredAttachment[] => {
    if (each.kind === "image") return [each];
    if (heldBack.has(attachmentSource(each))) return [];
    if (!heldBack.has(surroundingsSource(each.id))) return [each];
    const kept = { ...each };
    delete kept.surroundings;
    return [kept];
  });
}

/** The question and, in the history, its answer. */
function stepTexts({ turn, answer, versions }: Step, isLast: boolean): OutgoingText[] {
  const question: OutgoingText = {
    ...{ source: turn.id, related: versions, text: turn.question.text },
    label: isLast ? t("Your question") : t("An earlier question"),
    onHoldBack: isLast ? "send-nothing" : "remove-secret",
  };
  return [question, ...(answer?.text && !isLast ? [answerText(answer.id, answer.text)] : [])];
}

function answerText(source: string, text: string): OutgoingText {
  return { source, text, label: t("An earlier answer"), repeats: true, onHoldBack: "remove-secret" };
}
