import { t } from "@vscode/l10n";
import { signal } from "@preact/signals";
import type { ToWebview } from "../chat/page/protocol";
import { draftAttachments, draftText } from "./composerDraft";
import { Icon } from "./icon";
import { formatNumber } from "./numberFormat";

/** The search of the project for the question in the composer. */
export const projectSearch = signal<(ToWebview & { type: "project-search" }) | undefined>(undefined);

/** Characters of code in a token, roughly: enough to show what a question takes. */
const charactersPerToken = 3;

/** What `@project` has found for the question in the composer, and what it takes to send. */
export function ProjectSearchStatus() {
  const found = draftAttachments.value.filter(({ reason }) => reason !== undefined);
  const length = found.reduce((sum, each) => sum + (each.length ?? 0), 0);
  const tokens = Math.round(length / charactersPerToken / 100) * 100;
  const { isRunning = false, nothingFor } = projectSearch.value ?? {};
  // Always rendered, because screen readers announce only changes within an existing live region.
  return (
    <div class="project-search" aria-live="polite">
      {isRunning && found.length === 0 && (
        <>
          <Icon name="loading" /> {t("Searching the project…")}
        </>
      )}
      {found.length === 0 &&
        nothingFor !== undefined &&
        nothingFor === draftText.value &&
        t("Found nothing in the project for this question.")}
      {found.length > 0 &&
        t("Found in the project: about {0} tokens. Remove what is not needed.", formatNumber(tokens))}
    </div>
  );
}
