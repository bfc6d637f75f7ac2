import { once } from "node:events";
import { readFile } from "node:fs/promises";
import { createServer, type Server } from "node:http";
import { connect, type AddressInfo, type Server as NetServer, type Socket } from "node:net";
import path from "node:path";
import { createServer as createTlsServer } from "node:tls";
import { projectRoot } from "./projectRoot";

/** A certificate in test/data/certificates for openrouter.ai, localhost and 127.0.0.1; `server` is signed by the test authority. */
export type Certificate = "server" | "server-expired" | "self-signed";

export const certificatesFolder = path.join(projectRoot, "test", "data", "certificates");

/** The private certificate authority. As `SSL_CERT_FILE` in the environment it counts as installed in the operating system. */
export const authorityFile = path.join(certificatesFolder, "authority.pem");

/** A server on 127.0.0.1. Dispose of it to close it with all its connections. */
export interface LocalServer extends AsyncDisposable {
  readonly port: number;
}

/** Starts a TLS server that forwards to the plain HTTP service at `url`. */
export async function startTlsFront(url: string, certificate: Certificate = "server"): Promise<LocalServer> {
  const [cert, key] = await Promise.all(
    [`${certificate}.pem`, "server-key.pem"].map((name) => readFile(path.join(certificatesFolder, name))),
  );
  const { port } = new URL(url);
  const server = createTlsServer({ cert: cert!, key: key! }, (client) =>
    pipeSockets(client, connect(Number(port), "127.0.0.1")),
  );
  // Clients that do not trust the certificate close the connection.
  server.on("tlsClientError", () => undefined);
  return listen(server);
}

export interface Proxy extends LocalServer {
  readonly url: string;
  /** `host:port` of each requested tunnel, including refused ones. */
  readonly requestedTunnels: string[];
  /** The required `user:password`; `undefined` for none. */
  credentials: string | undefined;
}

/** Starts a forward proxy, like that of a company, that connects every tunnel to `port` on this machine. */
export async function startProxy(port: number): Promise<Proxy> {
  const server: Server = createServer((_, response) => response.writeHead(501).end());
  const requestedTunnels: string[] = [];
  const state = { credentials: undefined as string | undefined };
  server.on("connect", ({ url = "", headers }, client: Socket) => {
    requestedTunnels.push(url);
    const required = state.credentials && `Basic ${Buffer.from(state.credentials).toString("base64")}`;
    if (required !== undefined && headers["proxy-authorization"] !== required) {
      client.end(
        'HTTP/1.1 407 Proxy Authentication Required\r\nProxy-Authenticate: Basic realm="company"\r\nContent-Length: 0\r\n\r\n',
      );
      return;
    }
    const target = connect(port, "127.0.0.1", () => client.write("HTTP/1.1 200 Connection Established\r\n\r\n"));
    pipeSockets(client, target);
  });
  const localServer = await listen(server);
  return {
    ...localServer,
    url: `http://127.0.0.1:${localServer.port}`,
    requestedTunnels,
    get credentials() {
      return state.credentials;
    },
    set credentials(credentials) {
      state.credentials = credentials;
    },
  };
}

function pipeSockets(client: Socket, target: Socket): void {
  for (const [from, to] of [
    [client, target],
    [target, client],
  ] as const) {
    from.pipe(to);
    from.on("error", () => to.destroy());
    from.on("close", () => to.destroy());
  }
}

async function listen(server: NetServer): Promise<LocalServer> {
  const sockets = new Set<Socket>();
  server.on("connection", (socket) => {
    sockets.add(socket);
    socket.on("close", () => sockets.delete(socket));
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return {
    port: (server.address() as AddressInfo).port,
    async [Symbol.asyncDispose]() {
      const closed = once(server, "close");
      server.close();
      for (const socket of sockets) socket.destroy();
      await closed;
    },
  };
}
