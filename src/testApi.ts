import type { ChatView } from "./chat/chatView";
import type { ApiKey } from "./config/apiKey";
import type { ConnectionFeature } from "./features/connection";
import type { EditorFeature } from "./features/editor";
import type { ReviewFeature } from "./features/review";
import type { ModelOffer } from "./languageModels/modelOffer";
import type { StatusBar } from "./status/statusBar";

/** What the tests in VS Code access; `activate` returns it in test mode only. */
export interface TestApi {
  chat: ChatView;
  statusBar: StatusBar;
  apiKey: ApiKey;
  editor: () => Promise<EditorFeature>;
  connection: () => Promise<ConnectionFeature>;
  review: () => Promise<ReviewFeature>;
  modelOffer: Pick<ModelOffer, "enable">;
}
