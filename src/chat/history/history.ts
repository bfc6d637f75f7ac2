import { randomUUID } from "node:crypto";
import * as vscode from "vscode";
import { displayPath } from "../../context/displayPath";
import { displayName } from "../../context/location";
import { createQuickPick, type PickItem } from "../../iconLabels";
import { promptText } from "../../escapeMessage";
import { icon, iconText } from "../../iconText";
import { showInputBox } from "../../inputBoxes";
import type { ConversationEntry } from "../storage/conversationIndex";
import type { ConversationStore } from "../storage/conversationStore";
import { importChats } from "../storage/chatImport";
import { HistoryList, type DescribeFailure, type RowFactory } from "./historyList";
import type { OpenSessions } from "../session/openSessions";
import { exportJson, exportMarkdown } from "../storage/chatExport";
import { redactConversation } from "../storage/redactConversation";
import { showError, showInformation, showWarning } from "../../notifications";
import { visibleName } from "../../visibleText";

export interface HistoryOptions {
  store: ConversationStore;
  sessions: OpenSessions;
  modelName: (id: string) => string;
  open: (id: string) => Promise<void>;
  openInEditor: (id: string) => Promise<void>;
  /** Called after chats were moved to the trash, so that no page shows them any more. */
  onDeleted: (ids: readonly string[]) => Promise<void>;
}

type Row = PickItem & {
  entry?: ConversationEntry;
  /** A deleted chat, which selecting the row restores. */
  deleted?: ConversationEntry;
};

const idOf = ({ entry, deleted }: Row): string | undefined => (entry ?? deleted)?.id;

const button = (icon: string, tooltip: string): vscode.QuickInputButton => ({
  iconPath: new vscode.ThemeIcon(icon),
  tooltip,
});

/** What a button of a row does, and the message if it fails. */
interface RowAction {
  run: (entry: ConversationEntry) => Promise<void>;
  describeFailure: DescribeFailure;
}

const buttons = {
  editor: button("link-external", vscode.l10n.t("Open in Editor")),
  rename: button("edit", vscode.l10n.t("Rename…")),
  pin: button("pin", vscode.l10n.t("Pin")),
  unpin: button("pinned", vscode.l10n.t("Unpin")),
  export: button("export", vscode.l10n.t("Export…")),
  delete: button("trash", vscode.l10n.t("Delete")),
};

/** The list of chats, and actions on chats that need not be open. */
export class History {
  readonly #options: HistoryOptions;
  readonly #actions: ReadonlyMap<vscode.QuickInputButton, RowAction>;

  constructor(options: HistoryOptions) {
    this.#options = options;
    this.#actions = new Map<vscode.QuickInputButton, RowAction>([
      [buttons.editor, { run: ({ id }) => options.openInEditor(id), describeFailure: failedToOpen }],
      [
        buttons.rename,
        {
          run: (entry) => this.#rename(entry),
          describeFailure: (reason) => vscode.l10n.t("Could not rename the chat: {0}", reason),
        },
      ],
      [
        buttons.pin,
        {
          run: (entry) => this.#togglePin(entry),
          describeFailure: (reason) => vscode.l10n.t("Could not pin the chat: {0}", reason),
        },
      ],
      [
        buttons.unpin,
        {
          run: (entry) => this.#togglePin(entry),
          describeFailure: (reason) => vscode.l10n.t("Could not unpin the chat: {0}", reason),
        },
      ],
      [
        buttons.export,
        {
          run: ({ id }) => this.export(id),
          describeFailure: (reason) => vscode.l10n.t("Could not export the chat: {0}", reason),
        },
      ],
      [
        buttons.delete,
        {
          run: ({ id }) => this.#moveToTrash([id]),
          describeFailure: (reason) => vscode.l10n.t("Could not delete the chat: {0}", reason),
        },
      ],
    ]);
  }

  /**
   * Shows the list. Typing filters titles at once, and searches questions and answers after a pause. `active`: the id of the chat whose row is
   * active at first.
   */
  async show(active?: string): Promise<void> {
    const { store, open } = this.#options;
    const list = createQuickPick<Row>(vscode.l10n.t("Chats"));
    list.placeholder = vscode.l10n.t("Search chats");
    list.matchOnDetail = true;
    const chats = new HistoryList<Row>({
      store,
      make,
      show: (rows) => {
        // VS Code would make the first row active again.
        const kept = list.activeItems[0] ? idOf(list.activeItems[0]) : active;
        list.keepScrollPosition = list.value !== "";
        list.items = rows;
        if (kept !== undefined) list.activeItems = rows.filter((row) => idOf(row) === kept);
      },
      busy: (busy) => {
        list.busy = busy;
      },
      showError: (message) => void showError(message),
    });
    list.onDidChangeValue((value) => chats.search(value.trim()));
    list.onDidTriggerItemButton(({ button, item }) => {
      const action = this.#actions.get(button);
      const { entry } = item;
      if (!entry || !action) return;
      list.activeItems = [item];
      const run = (): Promise<void> => action.run(entry);
      if (button === buttons.delete) void chats.delete(entry, run, action.describeFailure);
      else void chats.change(run, action.describeFailure);
    });
    list.onDidAccept(() => {
      const [{ entry, deleted } = {}] = list.activeItems;
      if (deleted) {
        void chats.change(
          () => store.restore([deleted.id]),
          (reason) => vscode.l10n.t("Could not restore the chat: {0}", reason),
        );
        return;
      }
      if (!entry) return;
      list.hide();
      void open(entry.id).catch(
        (error: unknown) => void showError(failedToOpen(error instanceof Error ? error.message : String(error))),
      );
    });
    list.onDidHide(() => {
      chats.dispose();
      list.dispose();
    });
    list.show();
    await chats.refresh();
  }

  /** Moves all chats to the trash after a confirmation. */
  async deleteAll(): Promise<void> {
    const ids = (await this.#options.store.list()).map(({ id }) => id);
    const yes = vscode.l10n.t("Delete All");
    const question = vscode.l10n.t("Delete all {0} chats?", ids.length);
    if (ids.length === 0) {
      void showInformation(vscode.l10n.t("There are no chats to delete."));
      return;
    }
    if ((await showWarning(question, { modal: true }, yes)) !== yes) return;
    await this.#moveToTrash(ids);
    const undo = vscode.l10n.t("Undo");
    const message = vscode.l10n.t("Deleted {0} chats.", ids.length);
    if ((await showInformation(message, undo)) === undo) await this.#options.store.restore(ids);
  }

  /**
   * Saves a chat to a file that the user selects: Markdown for reading, JSON for importing. Credentials are replaced in the texts of the chat:
   * in the file's own text, a replacement could break the JSON.
   */
  async export(id: string): Promise<void> {
    const { conversation: stored, images } = await this.#options.store.readWithImages(id);
    const target = await vscode.window.showSaveDialog({
      title: vscode.l10n.t("Export Chat"),
      filters: { Markdown: ["md"], JSON: ["json"] },
      defaultUri: vscode.Uri.joinPath(vscode.workspace.workspaceFolders?.[0]?.uri ?? vscode.Uri.file("/"), "chat.md"),
    });
    if (!target) return;
    const { redactSecrets } = await import("../../context/redactSecrets");
    const conversation = redactConversation(stored, redactSecrets);
    const isJson = /\.json$/i.test(target.path);
    const text = isJson
      ? exportJson([{ conversation, images }])
      : exportMarkdown(conversation, this.#options.modelName);
    await vscode.workspace.fs.writeFile(target, Buffer.from(text));
    if (isJson) void showInformation(vscode.l10n.t("Exported the chat to {0}.", displayPath(target)));
    else await vscode.window.showTextDocument(target);
  }

  /** Imports exported chats and opens the last one. */
  async import(): Promise<void> {
    const sources = await vscode.window.showOpenDialog({
      title: vscode.l10n.t("Import Chats"),
      filters: { JSON: ["json"] },
      canSelectMany: true,
    });
    const files = (sources ?? []).map((source) => ({
      name: displayName(source.path),
      read: async () => Buffer.from(await vscode.workspace.fs.readFile(source)).toString("utf8"),
    }));
    const { last, added, present, problems } = await importChats(this.#options.store, files, randomUUID);
    if (last !== undefined) await this.#options.open(last);
    if (problems.length > 0) void showWarning(problems.join(" "));
    const message = importedMessage(added, present);
    if (message !== undefined) void showInformation(message);
  }

  async #togglePin({ id, pinned }: ConversationEntry): Promise<void> {
    await this.#options.sessions.with(id, ({ conversation }) => {
      conversation.record({ type: "pin-change", pinned: !pinned });
      return conversation.flush();
    });
  }

  async #rename({ id, title }: ConversationEntry): Promise<void> {
    const value = await showInputBox({
      title: vscode.l10n.t("Rename Chat"),
      value: title,
      validateInput: (name) =>
        name.trim() === "" ? promptText(vscode.l10n.t("Enter a name for the chat.")) : undefined,
    });
    if (value !== undefined)
      await this.#options.sessions.with(id, ({ conversation }) => {
        conversation.record({ type: "title-change", title: value.trim() });
        return conversation.flush();
      });
    // The input box has closed the list, and the focus would be in an editor.
    await this.show(id);
  }

  async #moveToTrash(ids: readonly string[]): Promise<void> {
    const { store, sessions, onDeleted } = this.#options;
    for (const id of ids) await sessions.end(id);
    await store.delete(ids);
    await onDeleted(ids);
  }
}

const make: RowFactory<Row> = {
  heading: (title) => ({ label: title, kind: vscode.QuickPickItemKind.Separator }),
  chat: (entry, time, excerpt) => ({
    label: iconText(visibleName(entry.title)),
    description: iconText(time),
    entry,
    // VS Code would filter out a chat whose title does not match.
    ...(excerpt !== undefined && { detail: iconText(excerpt), alwaysShow: true }),
    buttons: [
      buttons.editor,
      buttons.rename,
      entry.pinned ? buttons.unpin : buttons.pin,
      buttons.export,
      buttons.delete,
    ],
  }),
  deleted: (entry) => ({
    label: iconText(icon("discard"), vscode.l10n.t("Restore “{0}”", visibleName(entry.title))),
    deleted: entry,
  }),
  nothing: () => ({ label: iconText(vscode.l10n.t("No matching results")), alwaysShow: true }),
  empty: () => ({ label: iconText(vscode.l10n.t("No chats yet")), alwaysShow: true }),
};

function importedMessage(added: number, present: number): string | undefined {
  if (present > 0) return vscode.l10n.t("Imported {0} chats. {1} already existed.", added, present);
  if (added === 0) return undefined;
  return added === 1 ? vscode.l10n.t("Imported 1 chat.") : vscode.l10n.t("Imported {0} chats.", added);
}

function failedToOpen(reason: string): string {
  return vscode.l10n.t("Could not open the chat: {0}", reason);
}
