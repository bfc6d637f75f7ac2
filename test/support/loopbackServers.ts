import { once } from "node:events";
import { createServer, type RequestListener, type Server } from "node:http";
import type { AddressInfo } from "node:net";

/** An HTTP server on this computer. */
export interface LoopbackServer {
  readonly server: Server;
  readonly port: number;
  readonly url: string;
}

/** The servers of a test, closed afterwards even if it fails. */
export class LoopbackServers {
  readonly #servers = new Set<Server>();

  /** Serves at 127.0.0.1 or another loopback address. */
  async serve(handler: RequestListener, host = "127.0.0.1"): Promise<LoopbackServer> {
    const server = createServer(handler).listen(0, host);
    this.#servers.add(server);
    await once(server, "listening");
    const { port } = server.address() as AddressInfo;
    return { server, port, url: `http://${host}:${port}` };
  }

  close(): void {
    for (const server of this.#servers) {
      server.closeAllConnections();
      server.close();
    }
    this.#servers.clear();
  }
}
