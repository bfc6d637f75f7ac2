import * as vscode from "vscode";
import { commands, secondaryContainer, views } from "../manifest";
import { showInformation, showWithActions } from "../notifications";
import type { Log } from "../router/index";
import type { MoveOffer } from "./moveOffer";

/** A command of VS Code that moves views to another container: `{ viewIds, destinationId }`. It opens the container. Seen in 1.139.1. */
const moveViews = "vscode.moveViews";

/** Moves the chat view to the secondary side bar, beside VS Code's own chat. VS Code remembers it. */
export async function moveBesideChat(): Promise<void> {
  if (!(await canMove())) {
    void showInformation(
      vscode.l10n.t("This version of VS Code cannot move the view. Drag its icon to the secondary side bar."),
    );
    return;
  }
  const destinationId = `workbench.view.extension.${secondaryContainer}`;
  await vscode.commands.executeCommand(moveViews, { viewIds: [views.chat], destinationId });
}

/** Offers to move the chat view, once and only after the extension was installed. */
export async function offerMoveBesideChat(offer: MoveOffer, log: Log): Promise<void> {
  if (!offer.isDue || !(await canMove())) return;
  offer.end();
  const sentence = vscode.l10n.t("This chat can also be in the secondary side bar, beside VS Code's own chat.");
  showWithActions(
    (...labels) => showInformation(sentence, ...labels),
    { [vscode.l10n.t("Move Beside VS Code's Chat")]: () => vscode.commands.executeCommand(commands.moveBesideChat) },
    log,
  );
}

async function canMove(): Promise<boolean> {
  return (await vscode.commands.getCommands(true)).includes(moveViews);
}
