import { parentPort } from "node:worker_threads";
import { ProjectIndex } from "./projectIndex";
import type { FromWorker, ToWorker } from "./workerMessages";

/** The worker thread that indexes and searches, so that the extension host is never blocked. */
const index = new ProjectIndex();
const post = (message: FromWorker): void => parentPort?.postMessage(message);

parentPort?.on("message", (message: ToWorker) => {
  switch (message.type) {
    case "add":
      void index.add(message.sources).then(() => post({ type: "indexed", files: index.files }));
      break;
    case "remove":
      index.remove(message.paths);
      break;
    case "search":
      void index.search(message.query).then((found) => post({ type: "found", id: message.id, found }));
      break;
  }
});
