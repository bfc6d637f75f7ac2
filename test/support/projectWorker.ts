// The thread that searches a project, as a file of its own for tests.
import { parentPort } from "node:worker_threads";
import { serveSearches } from "../../src/project/searchServer";

if (parentPort) serveSearches(parentPort);
