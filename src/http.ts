import * as tls from "node:tls";
import type { Agent, EnvHttpProxyAgent } from "undici";
import type { NetworkSettings, Transport } from "./config/settings";
import { lazy } from "./lifecycle";

export interface HttpOptions {
  /** Read anew for each request. */
  transport: () => Transport;
  /** Read anew for each request that does not go through VS Code; a change opens a new pool, and what runs in the old one ends there. */
  network: () => NetworkSettings;
}

export type OwnedFetch = typeof fetch & { dispose(): void };

interface DirectTransport {
  fetch: typeof fetch;
  /** Takes no more requests, and ends with the last that runs. */
  close(): Promise<void>;
  destroy(): Promise<void>;
}

/**
 * The one way to the network: the host's `fetch`, or undici's own where the user wants a way round the host. VS Code replaces the global
 * `fetch` after start (it knows the user's proxy and certificates), so it is looked up at each call. undici is loaded on first use
 * and is given its dispatcher with every call: nothing process-wide is installed, so no other extension notices.
 */
export function createFetch({ transport, network }: HttpOptions): OwnedFetch {
  let opened: { for: string; transport: () => Promise<DirectTransport> } | undefined;
  const leave = (how: "close" | "destroy"): void => {
    // Whoever asked was told what kept it from opening; what does not close is of no more use to anybody.
    void opened
      ?.transport()
      .then((direct) => direct[how]())
      .catch(() => undefined);
    opened = undefined;
  };
  const direct = (): Promise<DirectTransport> => {
    const present = network();
    const key = JSON.stringify(present);
    if (opened?.for !== key) {
      leave("close");
      opened = { for: key, transport: lazy(() => openDirect(present)) };
    }
    return opened.transport();
  };
  const send: typeof fetch = async (input, init) =>
    transport() === "vscode" ? globalThis.fetch(input, init) : (await direct()).fetch(input, init);
  return Object.assign(send, { dispose: () => leave("destroy") });
}

async function openDirect(network: NetworkSettings): Promise<DirectTransport> {
  const undici = await import("undici");
  const dispatcher = network.useProxy
    ? new undici.EnvHttpProxyAgent({ ...poolOptions(network), ...proxyOptions(network) })
    : new undici.Agent(poolOptions(network));
  return {
    async fetch(input, init) {
      // undici knows only its own Request and FormData. What is sent is told it in plain values, and the signal as it
      // came: the one of a cloned request is lost at a garbage collection (nodejs/undici#3644, #4068).
      const request = new Request(input, { ...init, signal: null });
      const response = await undici.fetch(request.url, {
        method: request.method,
        headers: [...request.headers],
        body: request.body && new Uint8Array(await request.arrayBuffer()),
        redirect: request.redirect,
        signal: init?.signal ?? (input instanceof Request ? input.signal : null),
        dispatcher,
      });
      // The same stream class; the two packages of types (and the DOM's, in tests) only describe it differently.
      return new Response(response.body as ConstructorParameters<typeof Response>[0], {
        status: response.status,
        statusText: response.statusText,
        headers: [...response.headers],
      });
    },
    close: () => dispatcher.close(),
    destroy: () => dispatcher.destroy(),
  };
}

function poolOptions({ systemCertificates }: NetworkSettings): Agent.Options {
  const connectTimeout = 10_000;
  return {
    allowH2: true,
    connectTimeout,
    connect: { timeout: connectTimeout, ...certificates(systemCertificates) },
    keepAliveTimeout: 30_000,
    // A free model may think for minutes; the router has deadlines of its own, told by content and not by bytes.
    headersTimeout: 0,
    bodyTimeout: 0,
  };
}

function proxyOptions(network: NetworkSettings): EnvHttpProxyAgent.Options {
  const trusted = certificates(network.systemCertificates);
  const exceptions = [...network.noProxy, process.env["NO_PROXY"] ?? process.env["no_proxy"] ?? ""];
  return {
    ...(network.proxy && { httpProxy: network.proxy, httpsProxy: network.proxy }),
    ...(network.proxyAuthorization && { token: network.proxyAuthorization }),
    noProxy: [...exceptions, "localhost", "127.0.0.1", "::1"].filter(Boolean).join(","),
    requestTls: trusted,
    proxyTls: { ...trusted, rejectUnauthorized: network.strictProxyCertificate },
  };
}

/** Node's own authorities and those of the operating system, where companies put theirs; Node can tell them since 22.15. */
function certificates(system: boolean): { ca?: string[] } {
  if (!system || !("getCACertificates" in tls)) return {};
  return { ca: [...new Set([...tls.getCACertificates("default"), ...tls.getCACertificates("system")])] };
}
