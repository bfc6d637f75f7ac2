import type * as net from "node:net";
import * as tls from "node:tls";
import type { Agent, EnvHttpProxyAgent } from "undici";
import type { NetworkSettings, Transport } from "./config/settings";
import { lazy } from "./lifecycle";
import { isLoopbackHost, notLocalCode } from "./router/index";

export interface HttpOptions {
  /** Called for each request. */
  transport: () => Transport;
  /** Called for each request that bypasses VS Code. A change opens a new connection pool; running requests finish in the old one. */
  network: () => NetworkSettings;
  /** Called for each request: whether nothing may leave this computer. */
  isOnlyLocal: () => boolean;
}

/** A request was refused because its address, or the one that a redirect names, is not on this computer. Nothing was sent there. */
export class NotLocalError extends Error {
  override readonly name = "NotLocalError";
  readonly code = notLocalCode;
  /** The host that was refused, with its port. */
  readonly host: string;

  constructor(host: string) {
    super(`Only local is on, so nothing is sent to ${host}.`);
    this.host = host;
  }
}

export type DisposableFetch = typeof fetch & {
  /** Ends the running requests beyond this computer with `NotLocalError`, because *Only local* was switched on. */
  endRemote(): void;
  dispose(): void;
};

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
 *
 * It is also the one gate of *Only local*: then it rejects with `NotLocalError` for every address beyond this computer and every redirect to
 * one, before a host name is looked up. What goes to this computer takes the direct connection, so that no proxy comes between.
 */
export function createFetch({ transport, network, isOnlyLocal }: HttpOptions): DisposableFetch {
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
  const remote = new RemoteRequests();
  const send: typeof fetch = async (input, init) => {
    const url = urlOf(input);
    if (!isOnlyLocal()) {
      const followed = remote.follow(url, init);
      const usesVscode = transport() === "vscode" && !bypassesProxyOnlyHere(url);
      return usesVscode ? globalThis.fetch(input, followed) : (await direct()).fetch(input, followed);
    }
    refuseUnlessLocal(url);
    // No request follows redirects in this mode, not even those that stay here: none of the local servers sends any.
    const response = await (await direct()).fetch(input, { ...init, redirect: "manual" });
    const location = response.headers.get("location");
    if (response.status >= 300 && response.status < 400 && location !== null) {
      const target = URL.parse(location, url.href);
      if (target && !isLoopbackHost(target.hostname)) await response.body?.cancel();
      if (target) refuseUnlessLocal(target);
    }
    return response;
  };
  return Object.assign(send, { endRemote: () => remote.end(), dispose: () => discard("destroy") });
}

/** The requests beyond this computer that may still run: until their own signal is aborted, which the router does at the end of each. */
class RemoteRequests {
  readonly #ends = new Set<() => void>();

  /** The request with a signal that also `end` aborts. One without a signal of its own is not followed. */
  follow({ hostname, host }: URL, init: RequestInit | undefined): RequestInit | undefined {
    const signal = init?.signal;
    if (!signal || isLoopbackHost(hostname)) return init;
    const controller = new AbortController();
    const end = (): void => controller.abort(new NotLocalError(host));
    const onAbort = (): void => {
      controller.abort(signal.reason);
      this.#ends.delete(end);
    };
    this.#ends.add(end);
    signal.addEventListener("abort", onAbort, { once: true });
    if (signal.aborted) onAbort();
    return { ...init, signal: controller.signal };
  }

  end(): void {
    for (const end of this.#ends) end();
    this.#ends.clear();
  }
}

function urlOf(input: Parameters<typeof fetch>[0]): URL {
  return new URL(input instanceof Request ? input.url : input);
}

function refuseUnlessLocal({ hostname, host }: URL): void {
  if (!isLoopbackHost(hostname)) throw new NotLocalError(host);
}

/** Whether an address is on this computer although VS Code would send it to the user's proxy: it makes exceptions for these three hosts only. */
function bypassesProxyOnlyHere({ hostname }: URL): boolean {
  return isLoopbackHost(hostname) && !["localhost", "127.0.0.1", "[::1]"].includes(hostname);
}

async function openDirect(network: NetworkSettings): Promise<DirectTransport> {
  const undici = await import("undici");
  const dispatcher = network.useProxy
    ? new undici.EnvHttpProxyAgent({ ...poolOptions(network), ...proxyOptions(network) })
    : new undici.Agent(poolOptions(network));
  const local = new undici.Agent(poolOptions(network, lookupLoopback));
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
        dispatcher: isLoopbackHost(new URL(request.url).hostname) ? local : dispatcher,
      });
      // It is the same stream class; only the type declarations of Node, undici, and (in tests) the DOM differ.
      return new Response(response.body as ConstructorParameters<typeof Response>[0], {
        status: response.status,
        statusText: response.statusText,
        headers: [...response.headers],
      });
    },
    async close() {
      await Promise.all([dispatcher.close(), local.close()]);
    },
    async destroy() {
      await Promise.all([dispatcher.destroy(), local.destroy()]);
    },
  };
}

/** Answers for `localhost` and the names below it without DNS: a name server could say anything for them. */
const lookupLoopback: net.LookupFunction = (_hostname, { all }, callback) => {
  if (!all) callback(null, "127.0.0.1", 4);
  else
    callback(null, [
      { address: "127.0.0.1", family: 4 },
      { address: "::1", family: 6 },
    ]);
};

function poolOptions({ systemCertificates }: NetworkSettings, lookup?: net.LookupFunction): Agent.Options {
  const connectTimeout = 10_000;
  return {
    allowH2: true,
    connectTimeout,
    connect: { timeout: connectTimeout, ...certificates(systemCertificates), ...(lookup && { lookup }) },
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
