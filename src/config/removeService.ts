import * as vscode from "vscode";
import { showWarning } from "../notifications";
import { serviceDescription, serviceName, type ServiceUse } from "../router/index";
import { forgetService, type ForgetServiceDependencies } from "./forgetService";

/** Removes a service from the pool, and its key, after the user confirms. Resolves to whether it was removed. */
export async function removeService(use: ServiceUse, dependencies: ForgetServiceDependencies): Promise<boolean> {
  const remove = vscode.l10n.t("Remove");
  const { keyPage } = serviceDescription(use.kind);
  const answer = await showWarning(
    vscode.l10n.t("Remove {0}?", serviceName(use)),
    {
      modal: true,
      detail:
        keyPage === undefined && use.kind !== "custom"
          ? vscode.l10n.t("Its models no longer answer. You can add it again at any time.")
          : vscode.l10n.t(
              "Its models no longer answer, and its API key is deleted from this computer. The key itself remains valid until you delete it at the service.",
            ),
    },
    remove,
  );
  if (answer !== remove) return false;
  await forgetService(use.id, dependencies);
  return true;
}
