import type { CommandDependencies } from "../commands/commandDependencies";
import type { LineToFix } from "../commands/fixLine";
import { instructionsText } from "../commands/instructionsText";
import { outgoingInstructions, sentInstructions } from "../commands/outgoingInstructions";
import { showFailure } from "../commands/showFailure";
import { showNotice } from "../commands/showNotice";
import type { Settings } from "../config/settings";
import type { CheckedRouter, SecretsCheck } from "../context/secretsCheck";
import type { Disposable } from "../lifecycle";
import type { ReviewInstructions } from "../review/checkedReview";
import type { FindingThread } from "../review/findingThreads";
import { Reviews } from "../review/reviews";
import type { FindIgnored } from "../review/reviewSource";

export interface ReviewFeatureDependencies extends Pick<CommandDependencies, "errorMessage" | "log" | "modelName"> {
  readonly settings: Pick<Settings, "instructions" | "workspaceInstructions" | "isOnlyLocal">;
  readonly router: Pick<CheckedRouter, "complete" | "quota">;
  readonly secrets: SecretsCheck;
  readonly findIgnored: FindIgnored;
  /** Proposes an edit of the code around a line as a diff. */
  readonly fixLine: (target: LineToFix) => Promise<void>;
}

/** The commands of reviews. `thread`: the comment thread of a finding that its menu passes. */
export interface ReviewFeature extends Disposable {
  /** The findings that are shown, the worst first. */
  readonly findings: readonly FindingThread[];
  /** `where`: the `SourceControl` that the SCM title passes. */
  reviewChanges(where?: unknown): Promise<void>;
  fix(thread?: unknown): Promise<void>;
  dismiss(thread?: unknown): Promise<void>;
  dismissAll(): void;
}

/** Reviews of changes; loaded with the first one. */
export function openReview(dependencies: ReviewFeatureDependencies): ReviewFeature {
  const { settings, router, secrets, findIgnored, fixLine, modelName, log } = dependencies;
  return new Reviews({
    ...{ router, secrets, findIgnored, modelName, log, showNotice },
    // Models on this computer have no limit.
    requestsLeft: async () =>
      settings.isOnlyLocal ? undefined : (await router.quota().catch(() => undefined))?.remaining,
    instructions: () => reviewInstructions(settings),
    fix: fixLine,
    showFailure: (error, askAgain) => showFailure("review", error, askAgain, dependencies),
  });
}

function reviewInstructions({
  instructions,
  workspaceInstructions,
}: ReviewFeatureDependencies["settings"]): ReviewInstructions {
  const all = { instructions, workspaceInstructions };
  return {
    outgoing: outgoingInstructions(all),
    text: (heldBack) => {
      const sent = sentInstructions(all, heldBack);
      return instructionsText({ user: sent.instructions, workspace: sent.workspaceInstructions });
    },
  };
}
