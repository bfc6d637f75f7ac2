import type { ChatView } from "./chat/chatView";
import type { ApiKey } from "./config/apiKey";
import type { Connecting } from "./features/connection";
import type { Editing } from "./features/edits";
import type { StatusBar } from "./status/statusBar";

/** The rooms that the suite in a real VS Code looks into: what `activate` returns to it, and to nobody else. */
export interface Inside {
  chat: ChatView;
  statusBar: StatusBar;
  apiKey: ApiKey;
  editing: () => Promise<Editing>;
  connecting: () => Promise<Connecting>;
}
