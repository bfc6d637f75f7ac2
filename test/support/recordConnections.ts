/*
 * Preload (`node --require`): records every connection and DNS lookup beyond loopback, and refuses it. Appends one line for each to the file
 * in the environment variable CONNECTION_LOG: `connect openrouter.ai:443`, `lookup openrouter.ai`, `send 8.8.8.8:53`.
 *
 * Everything in a process goes through here: `http`, `https`, `tls`, undici and Node's own fetch all connect by `net.Socket`. It does not use
 * the code under test to decide what loopback is.
 */
import dgram from "node:dgram";
import dns from "node:dns";
import { appendFileSync } from "node:fs";
import net from "node:net";

const log = process.env["CONNECTION_LOG"] ?? "";

function isLoopback(host: string): boolean {
  return host === "localhost" || host === "::1" || (net.isIPv4(host) && host.startsWith("127."));
}

function record(line: string): Error {
  if (log) appendFileSync(log, `${line}\n`);
  return Object.assign(new Error(`getaddrinfo ENOTFOUND ${line}`), { code: "ENOTFOUND" });
}

/** The host of `socket.connect(...)`, whose parameters `net.connect` passes as an array; `undefined` for a pipe. */
function target(parameters: readonly unknown[]): { host: string; port: unknown } | undefined {
  const [first, second] = Array.isArray(parameters[0]) ? (parameters[0] as unknown[]) : parameters;
  if (typeof first === "object" && first !== null) {
    const { host, port, path } = first as { host?: unknown; port?: unknown; path?: unknown };
    if (path !== undefined && path !== null) return undefined;
    return { host: typeof host === "string" && host !== "" ? host : "localhost", port };
  }
  if (typeof first === "string" && Number.isNaN(Number(first))) return undefined;
  return { host: typeof second === "string" ? second : "localhost", port: first };
}

/** Replaces a method whose calls are refused if `check` returns an error. */
function guard(object: object, name: string, check: (args: readonly unknown[]) => Error | undefined, refuse: Refusal) {
  const original: unknown = Reflect.get(object, name);
  if (typeof original !== "function") return;
  Reflect.set(object, name, function (this: unknown, ...args: unknown[]): unknown {
    const error = check(args);
    return error ? refuse.call(this, error, args) : (Reflect.apply(original, this, args) as unknown);
  });
}
type Refusal = (this: unknown, error: Error, args: readonly unknown[]) => unknown;

const destroySocket: Refusal = function (error) {
  // Later, when the caller listens to errors.
  setImmediate(() => (this as net.Socket).destroy(error));
  return this;
};
const callBack: Refusal = function (error, args) {
  const callback = args.at(-1);
  if (typeof callback === "function") process.nextTick(() => void Reflect.apply(callback, undefined, [error]));
  return {};
};
const reject: Refusal = (error) => Promise.reject(error);

guard(
  net.Socket.prototype,
  "connect",
  (args) => {
    const to = target(args);
    return to && !isLoopback(to.host) ? record(`connect ${to.host}:${String(to.port)}`) : undefined;
  },
  destroySocket,
);
const checkLookup = ([host]: readonly unknown[]): Error | undefined =>
  typeof host !== "string" || isLoopback(host) || ["0.0.0.0", "::"].includes(host)
    ? undefined
    : record(`lookup ${host}`);
const queries = ["", "4", "6", "Any", "Caa", "Cname", "Mx", "Naptr", "Ns", "Ptr", "Soa", "Srv", "Tlsa", "Txt"];
for (const name of ["lookup", "reverse", ...queries.map((query) => `resolve${query}`)]) {
  for (const object of [dns, dns.Resolver.prototype]) guard(object, name, checkLookup, callBack);
  for (const object of [dns.promises, dns.promises.Resolver.prototype]) guard(object, name, checkLookup, reject);
}
guard(
  dgram.Socket.prototype,
  "send",
  (args) => {
    const host = args.find((each, index) => index > 0 && typeof each === "string");
    return typeof host === "string" && !isLoopback(host) ? record(`send ${host}`) : undefined;
  },
  callBack,
);
