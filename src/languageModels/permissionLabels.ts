import { t } from "@vscode/l10n";
import { dailyLimit, type Permission } from "./requesters";

/** The permissions by the labels of their buttons, in order. */
export function permissionLabels(): Map<string, Permission> {
  return new Map([
    [t("Allow"), "allow"],
    [t("Allow {0} a Day", dailyLimit), "limited"],
    [t("Never"), "never"],
  ]);
}
