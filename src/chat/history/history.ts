import { randomUUID } from "node:crypto";
import * as vscode from "vscode";
import { fileName } from "../../context/location";
import type { ConversationEntry } from "../storage/conversationIndex";
import type { ConversationStore } from "../storage/conversationStore";
import { importChats } from "../storage/chatImport";
import { HistoryList, type RowFactory } from "./historyList";
import type { OpenSessions } from "../session/openSessions";
import { exportJson, exportMarkdown } from "../storage/chatExport";
import { showError, showInformation, showWarning } from "../../notifications";

export interface HistoryOptions {
  store: ConversationStore;
  sessions: OpenSessions;
  modelName: (id: string) => string;
  /** The text without keys and passwords. */
  redact: (text: string) => string;
  open: (id: string) => Promise<void>;
  openInEditor: (id: string) => Promise<void>;
  /** Where one of these is shown, another has to be: they are in the trash. */
  onDeleted: (ids: readonly string[]) => Promise<void>;
}

interface Row extends vscode.QuickPickItem {
  entry?: ConversationEntry;
  /** What was deleted: choosing the row brings it back. */
  deleted?: ConversationEntry;
}

const button = (icon: string, tooltip: string): vscode.QuickInputButton => ({
  iconPath: new vscode.ThemeIcon(icon),
  tooltip,
});

const buttons = {
  editor: button("link-external", vscode.l10n.t("Open in Editor")),
  rename: button("edit", vscode.l10n.t("Rename…")),
  pin: button("pin", vscode.l10n.t("Pin")),
  unpin: button("pinned", vscode.l10n.t("Unpin")),
  export: button("export", vscode.l10n.t("Export…")),
  delete: button("trash", vscode.l10n.t("Delete")),
};

/** The list of conversations and all that is done to one from outside of it. */
export class History {
  readonly #options: HistoryOptions;
  readonly #deeds: ReadonlyMap<vscode.QuickInputButton, (entry: ConversationEntry) => Promise<void>>;

  constructor(options: HistoryOptions) {
    this.#options = options;
    this.#deeds = new Map([
      [buttons.editor, ({ id }) => options.openInEditor(id)],
      [buttons.rename, (entry) => this.#rename(entry)],
      [buttons.pin, (entry) => this.#pin(entry)],
      [buttons.unpin, (entry) => this.#pin(entry)],
      [buttons.export, ({ id }) => this.export(id)],
      [buttons.delete, ({ id }) => this.#trash([id])],
    ]);
  }

  /** The list: what is typed is looked for in titles at once, and in questions and answers after a moment. */
  async show(): Promise<void> {
    const { store, open } = this.#options;
    const list = vscode.window.createQuickPick<Row>();
    list.title = vscode.l10n.t("Chats");
    list.placeholder = vscode.l10n.t("Search titles and texts");
    list.matchOnDetail = true;
    const chats = new HistoryList<Row>({
      store,
      make,
      show: (rows) => {
        list.keepScrollPosition = list.value !== "";
        list.items = rows;
      },
      busy: (busy) => {
        list.busy = busy;
      },
      tell,
    });
    list.onDidChangeValue((value) => chats.type(value.trim()));
    list.onDidTriggerItemButton(({ button, item: { entry } }) => {
      const deed = this.#deeds.get(button);
      if (!entry || !deed) return;
      if (button === buttons.delete) void chats.delete(entry, () => deed(entry));
      else void chats.change(() => deed(entry));
    });
    list.onDidAccept(() => {
      const [{ entry, deleted } = {}] = list.activeItems;
      if (deleted) {
        void chats.change(() => store.restore([deleted.id]));
        return;
      }
      list.hide();
      if (entry) void open(entry.id).catch(tell);
    });
    list.onDidHide(() => {
      chats.dispose();
      list.dispose();
    });
    list.show();
    await chats.refresh();
  }

  /** Puts all conversations into the trash, after asking. */
  async deleteAll(): Promise<void> {
    const ids = (await this.#options.store.list()).map(({ id }) => id);
    const yes = vscode.l10n.t("Delete All");
    const question = vscode.l10n.t("Delete all {0} chats?", ids.length);
    if (ids.length === 0) {
      void showInformation(vscode.l10n.t("There are no chats yet, so there is nothing to delete."));
      return;
    }
    if ((await showWarning(question, { modal: true }, yes)) !== yes) return;
    await this.#trash(ids);
    const undo = vscode.l10n.t("Undo");
    const told = vscode.l10n.t("{0} chats were deleted.", ids.length);
    if ((await showInformation(told, undo)) === undo) await this.#options.store.restore(ids);
  }

  /** Writes a conversation to a file the user names: Markdown to read it, JSON to import it again. */
  async export(id: string): Promise<void> {
    const whole = await this.#options.store.readWithImages(id);
    const target = await vscode.window.showSaveDialog({
      title: vscode.l10n.t("Export Chat"),
      filters: { Markdown: ["md"], JSON: ["json"] },
      defaultUri: vscode.Uri.joinPath(vscode.workspace.workspaceFolders?.[0]?.uri ?? vscode.Uri.file("/"), "chat.md"),
    });
    if (!target) return;
    const text = target.path.endsWith(".json")
      ? exportJson([whole])
      : exportMarkdown(whole.conversation, this.#options.modelName);
    await vscode.workspace.fs.writeFile(target, Buffer.from(this.#options.redact(text)));
    if (!target.path.endsWith(".json")) await vscode.window.showTextDocument(target);
  }

  /** Takes in exported conversations and shows the last of them. */
  async import(): Promise<void> {
    const sources = await vscode.window.showOpenDialog({
      title: vscode.l10n.t("Import Chats"),
      filters: { JSON: ["json"] },
      canSelectMany: true,
    });
    const files = (sources ?? []).map((source) => ({
      name: fileName(source.path),
      read: async () => Buffer.from(await vscode.workspace.fs.readFile(source)).toString("utf8"),
    }));
    const { last, added, present, problems } = await importChats(this.#options.store, files, randomUUID);
    if (last !== undefined) await this.#options.open(last);
    if (problems.length > 0) void showWarning(problems.join(" "));
    if (present > 0)
      void showInformation(vscode.l10n.t("{0} chats were imported; {1} were here already.", added, present));
  }

  async #pin({ id, pinned }: ConversationEntry): Promise<void> {
    await this.#options.sessions.with(id, ({ conversation }) => {
      conversation.record({ type: "pin-change", pinned: !pinned });
      return conversation.flush();
    });
  }

  async #rename({ id, title }: ConversationEntry): Promise<void> {
    const value = await vscode.window.showInputBox({ title: vscode.l10n.t("Rename Chat"), value: title });
    if (value === undefined) return;
    await this.#options.sessions.with(id, ({ conversation }) => {
      conversation.record({ type: "title-change", title: value.trim() === "" ? null : value.trim() });
      return conversation.flush();
    });
  }

  async #trash(ids: readonly string[]): Promise<void> {
    const { store, sessions, onDeleted } = this.#options;
    for (const id of ids) await sessions.end(id);
    await store.delete(ids);
    await onDeleted(ids);
  }
}

const make: RowFactory<Row> = {
  heading: (title) => ({ label: title, kind: vscode.QuickPickItemKind.Separator }),
  chat: (entry, time, excerpt) => ({
    label: entry.title,
    description: time,
    entry,
    // Found in its texts: it stays, although its title says nothing of it.
    ...(excerpt !== undefined && { detail: excerpt, alwaysShow: true }),
    buttons: [
      buttons.editor,
      buttons.rename,
      entry.pinned ? buttons.unpin : buttons.pin,
      buttons.export,
      buttons.delete,
    ],
  }),
  deleted: (entry) => ({
    label: vscode.l10n.t("$(discard) Bring back “{0}”", entry.title),
    deleted: entry,
  }),
};

function tell(error: unknown): void {
  void showError(vscode.l10n.t("That did not work: {0}", error instanceof Error ? error.message : String(error)));
}
