import { t } from "@vscode/l10n";
import { userInstructionsSource, type OutgoingText } from "../context/outgoingText";

/** The instructions that go with a request; each may be empty. */
export interface Instructions {
  /** The user's own, for every model. */
  readonly instructions: string;
  /** In the workspace's settings, which others may have written. */
  readonly workspaceInstructions: string;
}

const workspaceSource = "workspace-instructions";

/** The instructions for the secrets check, which can leave each of them out. */
export function outgoingInstructions({ instructions, workspaceInstructions }: Instructions): OutgoingText[] {
  const ofUser = { source: userInstructionsSource, label: t("Your instructions in the settings"), text: instructions };
  const ofWorkspace = {
    source: workspaceSource,
    label: t("The workspace's instructions"),
    text: workspaceInstructions,
  };
  return [ofUser, ofWorkspace].map((each) => ({ ...each, onHoldBack: "leave-out" }));
}

/** The instructions without those that the user held back. */
export function sentInstructions(
  { instructions, workspaceInstructions }: Instructions,
  heldBack: readonly OutgoingText[],
): Instructions {
  const isHeldBack = (source: string): boolean => heldBack.some((each) => each.source === source);
  return {
    instructions: isHeldBack(userInstructionsSource) ? "" : instructions,
    workspaceInstructions: isHeldBack(workspaceSource) ? "" : workspaceInstructions,
  };
}
