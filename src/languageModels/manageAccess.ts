import * as vscode from "vscode";
import { showQuickPick } from "../iconLabels";
import { iconText } from "../iconText";
import { showInformation } from "../notifications";
import { permissionLabels } from "./permissionLabels";
import type { Requesters } from "./requesters";
import { requesterRows } from "./requesterRows";

/** Lets the user change what an extension that has asked models may spend. */
export async function manageAccess(
  requesters: Pick<Requesters, "setPermission">,
  state: Pick<vscode.Memento, "get">,
): Promise<void> {
  const rows = requesterRows(state);
  if (rows.length === 0) {
    void showInformation(vscode.l10n.t("No other extension has asked for your free models yet."));
    return;
  }
  const title = vscode.l10n.t("Access of Other Extensions");
  const chosen = await showQuickPick(
    rows.map(({ id, name, permission, requestsToday }) => ({
      label: iconText(name),
      description: iconText(`${permission} · ${vscode.l10n.t("{0} requests today", requestsToday)}`),
      id,
    })),
    { title, placeHolder: vscode.l10n.t("Select an extension to change its access") },
  );
  if (!chosen) return;
  const permissions = permissionLabels();
  const permission = await showQuickPick(
    [...permissions].map(([label, value]) => ({ label: iconText(label), value })),
    { title, placeHolder: chosen.label },
  );
  if (permission) await requesters.setPermission(chosen.id, permission.value);
}
