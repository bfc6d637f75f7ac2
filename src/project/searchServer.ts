import type { MessagePort } from "node:worker_threads";
import { ProjectIndex } from "./projectIndex";
import type { FromWorker, ToWorker } from "./workerMessages";

/** Answers the messages of `ProjectWorker`, in a thread of its own so that the extension host is never blocked. */
export function serveSearches(port: MessagePort): void {
  const index = new ProjectIndex();
  const post = (message: FromWorker): void => port.postMessage(message);
  port.on("message", (message: ToWorker) => {
    switch (message.type) {
      case "add":
        void index.add(message.sources).then(() => post({ type: "added", id: message.id }));
        break;
      case "remove":
        index.remove(message.paths);
        break;
      case "search":
        void index.search(message.query).then((found) => post({ type: "found", id: message.id, found }));
        break;
    }
  });
}
