import { once } from "node:events";
import { readFile } from "node:fs/promises";
import { createServer, type Server } from "node:http";
import { connect, type AddressInfo, type Server as NetServer, type Socket } from "node:net";
import path from "node:path";
import { createServer as createTlsServer } from "node:tls";
import { projectRoot } from "./projectRoot";

/** A certificate under test/data/certificates for openrouter.ai, localhost and 127.0.0.1; `server` is signed by our own authority. */
export type Certificate = "server" | "server-expired" | "self-signed";

export const certificatesFolder = path.join(projectRoot, "test", "data", "certificates");

/** The private authority: in the environment as `SSL_CERT_FILE` it is what an operating system would have installed. */
export const authorityFile = path.join(certificatesFolder, "authority.pem");

export interface LocalServer extends AsyncDisposable {
  readonly port: number;
}

/** Puts TLS before a service that speaks plain HTTP at `url`. */
export async function startTlsFront(url: string, certificate: Certificate = "server"): Promise<LocalServer> {
  const [cert, key] = await Promise.all(
    [`${certificate}.pem`, "server-key.pem"].map((name) => readFile(path.join(certificatesFolder, name))),
  );
  const { port } = new URL(url);
  const server = createTlsServer({ cert: cert!, key: key! }, (outside) =>
    join(outside, connect(Number(port), "127.0.0.1")),
  );
  // Whoever does not trust the certificate hangs up.
  server.on("tlsClientError", () => undefined);
  return listen(server);
}

export interface Proxy extends LocalServer {
  readonly url: string;
  /** `host:port` of every tunnel that was asked for, also of those refused. */
  readonly requestedTunnels: string[];
  /** The user and password that are asked for, `user:password`. */
  credentials: string | undefined;
}

/** A forward proxy, as companies have one, that leads every tunnel to `port` of this machine. */
export async function startProxy(port: number): Promise<Proxy> {
  const server: Server = createServer((_, response) => response.writeHead(501).end());
  const requestedTunnels: string[] = [];
  const state = { credentials: undefined as string | undefined };
  server.on("connect", ({ url = "", headers }, outside: Socket) => {
    requestedTunnels.push(url);
    const wanted = state.credentials && `Basic ${Buffer.from(state.credentials).toString("base64")}`;
    if (wanted !== undefined && headers["proxy-authorization"] !== wanted) {
      outside.end(
        'HTTP/1.1 407 Proxy Authentication Required\r\nProxy-Authenticate: Basic realm="company"\r\nContent-Length: 0\r\n\r\n',
      );
      return;
    }
    const inside = connect(port, "127.0.0.1", () => outside.write("HTTP/1.1 200 Connection Established\r\n\r\n"));
    join(outside, inside);
  });
  const listening = await listen(server);
  return {
    ...listening,
    url: `http://127.0.0.1:${listening.port}`,
    requestedTunnels,
    get credentials() {
      return state.credentials;
    },
    set credentials(credentials) {
      state.credentials = credentials;
    },
  };
}

function join(outside: Socket, inside: Socket): void {
  for (const [from, to] of [
    [outside, inside],
    [inside, outside],
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
