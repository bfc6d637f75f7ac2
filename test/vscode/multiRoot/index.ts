import { runTestFiles } from "../testFiles";

/** The entry point for VS Code's extension host in a window with two folders on disk. */
export const run = (): Promise<void> => runTestFiles(import.meta.dirname);
