import * as vscode from "vscode";
import { serviceOrders } from "../config/serviceOrder";
import type { Settings } from "../config/settings";
import { icon, iconText } from "../iconText";
import { showQuickPick } from "../iconLabels";
import { machineName } from "../machineName";
import type { ServiceOrder } from "../router/index";

interface OrderText {
  readonly label: string;
  readonly detail: string;
}

const texts: Readonly<Record<ServiceOrder, () => OrderText>> = {
  "openrouter-first": () => ({
    label: vscode.l10n.t("OpenRouter first, then others"),
    detail: vscode.l10n.t("Other services answer when OpenRouter cannot."),
  }),
  "all-alike": () => ({
    label: vscode.l10n.t("All alike"),
    detail: vscode.l10n.t("Every model of every service is as likely."),
  }),
  "local-first": () => ({
    label: vscode.l10n.t("Local first"),
    detail: vscode.l10n.t("OpenRouter and others answer when no local model can."),
  }),
  "only-local": () => ({
    label: vscode.l10n.t("Only local"),
    detail: vscode.l10n.t("Nothing leaves {0}.", machineName(vscode.env.remoteName)),
  }),
};

/** Lets the user choose which services are asked first. Resolves to whether they chose. */
export async function chooseServiceOrder(
  settings: Pick<Settings, "serviceOrder" | "setServiceOrder">,
): Promise<boolean> {
  const current = settings.serviceOrder;
  const items = serviceOrders.map((order) => {
    const { label, detail } = texts[order]();
    return { label: iconText(icon(order === current ? "check" : "blank"), label), detail: iconText(detail), order };
  });
  const chosen = await showQuickPick(items, { title: vscode.l10n.t("Which services are asked first?") });
  if (!chosen) return false;
  await settings.setServiceOrder(chosen.order);
  return true;
}
