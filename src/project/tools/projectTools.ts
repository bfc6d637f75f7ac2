import type { ProjectTools } from "../../context/projectTools";
import type { ProjectCode } from "../projectSearch";
import { listFolderTool } from "./listFolderTool";
import { problemsTool } from "./problemsTool";
import { readLinesTool } from "./readLinesTool";
import { searchTool } from "./searchTool";
import { symbolTool } from "./symbolTool";

/** All tools with which models look into the project. `search` is the search of `@project`. */
export function createProjectTools(search: (query: string) => Promise<readonly ProjectCode[]>): ProjectTools {
  const tools = [searchTool(search), readLinesTool, listFolderTool, symbolTool, problemsTool];
  return {
    definitions: tools.map(({ definition }) => definition),
    prepare: (name, parameters) =>
      tools.find(({ definition }) => definition.function.name === name)?.prepare(parameters),
  };
}
