import * as vscode from "vscode";
import { requesterName } from "./askPermission";
import { dailyLimit, readRequesters, requestersKey, type Permission } from "./requesters";

/** What an extension has spent, as text for the statistics page. */
export interface RequesterRow {
  readonly id: string;
  readonly name: string;
  readonly requestsToday: number;
  readonly requests: number;
  readonly permission: string;
}

export function requesterRows(state: Pick<vscode.Memento, "get">): RequesterRow[] {
  return readRequesters(state.get(requestersKey), Date.now()).map(({ id, permission, requestsToday, requests }) => ({
    id,
    name: requesterName(id),
    ...{ requestsToday, requests },
    permission: permissionLabel(permission),
  }));
}

function permissionLabel(permission: Permission | undefined): string {
  switch (permission) {
    case undefined:
      return vscode.l10n.t("Asks first");
    case "allow":
      return vscode.l10n.t("Allowed");
    case "limited":
      return vscode.l10n.t("{0} a day", dailyLimit);
    case "never":
      return vscode.l10n.t("Never");
  }
}
