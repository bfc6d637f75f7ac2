import type { ChatView } from "./chat/chatView";
import type { ApiKey } from "./config/apiKey";
import type { ConnectionFeature } from "./features/connection";
import type { EditsFeature } from "./features/edits";
import type { StatusBar } from "./status/statusBar";

/** The rooms that the suite in a real VS Code looks into: what `activate` returns to it, and to nobody else. */
export interface TestApi {
  chat: ChatView;
  statusBar: StatusBar;
  apiKey: ApiKey;
  edits: () => Promise<EditsFeature>;
  connection: () => Promise<ConnectionFeature>;
}
