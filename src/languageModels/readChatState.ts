import * as vscode from "vscode";
import { languageModelVendor } from "../manifest";
import { withTimeout } from "../lifecycle";
import { hostSettings, type ChatState, type HostSetting } from "./chatState";
import { hasBuiltInChat, isChatExtensionEnabled } from "./openBuiltInChat";

/** How long VS Code may take to list the models, milliseconds. */
const listTimeoutMs = 5_000;

/** Reads the part of the state that VS Code knows. */
export async function readChatState(
  own: Pick<ChatState, "isOffered" | "permission" | "hasAccess" | "models">,
): Promise<ChatState> {
  const [hasChat, listed] = await Promise.all([
    hasBuiltInChat(),
    withTimeout(listTimeoutMs, vscode.lm.selectChatModels({ vendor: languageModelVendor })),
  ]);
  return {
    ...own,
    ...{ version: vscode.version, hasChat, isTrusted: vscode.workspace.isTrusted },
    isChatExtensionEnabled: isChatExtensionEnabled(),
    settings: readHostSettings(),
    listed: listed?.length ?? 0,
  };
}

function readHostSettings(): ChatState["settings"] {
  const configuration = vscode.workspace.getConfiguration();
  const read = (id: string): HostSetting => {
    const { globalValue, workspaceValue, workspaceFolderValue } = configuration.inspect(id) ?? {};
    const value = configuration.get<unknown>(id);
    // VS Code reports a value that an administrator has set as the default.
    return { value, isOwn: [globalValue, workspaceValue, workspaceFolderValue].some((each) => each === value) };
  };
  return Object.fromEntries(
    Object.entries(hostSettings).map(([name, id]) => [name, read(id)]),
  ) as ChatState["settings"];
}
