import * as tls from "node:tls";
import type { Agent, EnvHttpProxyAgent } from "undici";
import type { NetworkSettings, Transport } from "./config/settings";
import { lazy } from "./lifecycle";

export interface HttpOptions {
  /** Called for each request. */
  transport: () => Transport;
  /** Called for each request that bypasses VS Code. A change opens a new connection pool; running requests finish in the old one. */
  network: () => NetworkSettings;
}

export type DisposableFetch = typeof fetch & { dispose(): void };

interface DirectTransport {
  fetch: typeof fetch;
  /** Accepts no new requests and resolves when running ones are done. */
  close(): Promise<void>;
  destroy(): Promise<void>;
}

/**
 * Creates the `fetch` that every request uses: VS Code's, or undici's if the user chose a direct connection. VS Code replaces the global
 * `fetch` after startup (to apply the user's proxy and certificates), so each call looks it up. undici is loaded on first use and gets
 * its dispatcher with each call, because a global dispatcher would affect other extensions.
 */
export function createFetch({ transport, network }: HttpOptions): DisposableFetch {
  let current: { settingsKey: string; transport: () => Promise<DirectTransport> } | undefined;
  const discard = (method: "close" | "destroy"): void => {
    // The request that opened the transport has already reported a failure, and an error on closing does not matter.
    void current
      ?.transport()
      .then((direct) => direct[method]())
      .catch(() => undefined);
    current = undefined;
  };
  const direct = (): Promise<DirectTransport> => {
    const networkSettings = network();
    const settingsKey = JSON.stringify(networkSettings);
    if (current?.settingsKey !== settingsKey) {
      discard("close");
      current = { settingsKey, transport: lazy(() => openDirect(networkSettings)) };
    }
    return current.transport();
  };
  const send: typeof fetch = async (input, init) =>
    transport() === "vscode" ? globalThis.fetch(input, init) : (await direct()).fetch(input, init);
  return Object.assign(send, { dispose: () => discard("destroy") });
}

async function openDirect(network: NetworkSettings): Promise<DirectTransport> {
  const undici = await import("undici");
  const dispatcher = network.useProxy
    ? new undici.EnvHttpProxyAgent({ ...poolOptions(network), ...proxyOptions(network) })
    : new undici.Agent(poolOptions(network));
  return {
    async fetch(input, init) {
      // undici accepts only its own Request and FormData, so it gets plain values. It also gets the original signal,
      // because the signal of a cloned request is lost at garbage collection (nodejs/undici#3644, #4068).
      const request = new Request(input, { ...init, signal: null });
      const response = await undici.fetch(request.url, {
        method: request.method,
        headers: [...request.headers],
        body: request.body && new Uint8Array(await request.arrayBuffer()),
        redirect: request.redirect,
        signal: init?.signal ?? (input instanceof Request ? input.signal : null),
        dispatcher,
      });
      // It is the same stream class; only the type declarations of Node, undici, and (in tests) the DOM differ.
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
    // A free model may reason for minutes. The router has its own timeouts, which measure content instead of bytes.
    headersTimeout: 0,
    bodyTimeout: 0,
  };
}

function proxyOptions(network: NetworkSettings): EnvHttpProxyAgent.Options {
  const tlsOptions = certificates(network.systemCertificates);
  const noProxyHosts = [...network.noProxy, process.env["NO_PROXY"] ?? process.env["no_proxy"] ?? ""];
  return {
    ...(network.proxy && { httpProxy: network.proxy, httpsProxy: network.proxy }),
    ...(network.proxyAuthorization && { token: network.proxyAuthorization }),
    noProxy: [...noProxyHosts, "localhost", "127.0.0.1", "::1"].filter(Boolean).join(","),
    requestTls: tlsOptions,
    proxyTls: { ...tlsOptions, rejectUnauthorized: network.strictProxyCertificate },
  };
}

/** Node's root certificates plus the operating system's, where companies install their own. Node can list them since 22.15. */
function certificates(includeSystem: boolean): { ca?: string[] } {
  if (!includeSystem || !("getCACertificates" in tls)) return {};
  return { ca: [...new Set([...tls.getCACertificates("default"), ...tls.getCACertificates("system")])] };
}
