import type { OutgoingFinding } from "../../src/context/outgoingFindings";
import type { SecretDecision } from "../../src/context/secretDecisions";
import type { CheckedRequest } from "../../src/context/secretsCheck";
import { WindowSecretsCheck } from "../../src/context/windowSecretsCheck";
import type { CompletionRequest } from "../../src/router/index";

/** The decision of the user about a finding; `cancel` closes the dialog. */
export type Decide = (finding: OutgoingFinding) => SecretDecision | "cancel";

/** The real secrets check with a user who decides like `decide`. `asked` has the source and the secret of each finding. */
export function scriptedSecretsCheck(
  decide: Decide = () => "hold-back",
  links: Readonly<Record<string, string>> = {},
): { check: WindowSecretsCheck; asked: string[] } {
  const asked: string[] = [];
  const check = new WindowSecretsCheck({
    ask: (findings) => {
      const decisions = findings.map((finding) => {
        asked.push(`${finding.outgoing.label}: ${finding.fileName ?? finding.secrets[0]?.value}`);
        return decide(finding);
      });
      return Promise.resolve(
        decisions.includes("cancel") ? undefined : decisions.filter((decision) => decision !== "cancel"),
      );
    },
    linkTarget: (uri) => Promise.resolve(links[uri]),
  });
  return { check, asked };
}

/** A request as it would be after the check, for tests of what happens later. */
export function asChecked(request: CompletionRequest): CheckedRequest {
  return request as CheckedRequest;
}
