import { t } from "@vscode/l10n";
import { useState } from "preact/hooks";
import type { CallView } from "../chat/page/protocol";
import { visibleName } from "../visibleText";
import { post } from "./host";
import { Icon } from "./icon";
import { attachmentTexts } from "./pageState";

const icons: Readonly<Record<string, string>> = {
  search: "search",
  read_lines: "file",
  list_folder: "folder",
  definition_and_references: "references",
  problems: "warning",
};

/** What the model looked at in the project: one line per call, with its result to open. */
export function ProjectCalls({ calls }: { calls: readonly CallView[] }) {
  return (
    <ul class="calls" aria-label={t("Looked at in the project")}>
      {calls.map((call) => (
        <Call key={call.id} call={call} />
      ))}
    </ul>
  );
}

function Call({ call: { id, name, label, state } }: { call: CallView }) {
  const [isOpen, setOpen] = useState(false);
  const toggle = (): void => {
    if (!isOpen && attachmentTexts.value[id] === undefined) post({ type: "expand", id });
    setOpen(!isOpen);
  };
  const text = attachmentTexts.value[id]?.text;
  return (
    <li class="call">
      <button type="button" class="fold" aria-expanded={isOpen} disabled={state === "running"} onClick={toggle}>
        <Icon name={isOpen ? "chevron-down" : "chevron-right"} />
        <Icon name={state === "running" ? "loading" : (icons[name] ?? "tools")} />
        <span class="call-label">{visibleName(label)}</span>
        {state === "problem" && <span class="call-problem">{t("no result")}</span>}
      </button>
      {isOpen && (
        <pre class="call-result" tabIndex={0} role="group" aria-label={visibleName(label)}>
          {text ?? "…"}
        </pre>
      )}
    </li>
  );
}
