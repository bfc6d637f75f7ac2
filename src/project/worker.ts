// The file of the thread that searches a project.
import { parentPort } from "node:worker_threads";
import { serveSearches } from "./searchServer";

if (parentPort) serveSearches(parentPort);
