import { AttemptError } from "./attemptError";
import { causesOf, notLocalCode } from "./errors";

/** Codes of an established connection that was lost. The service may have received the request, so another model is worth a try. */
const connectionLostCodes = new Set([
  "ECONNRESET",
  "EPIPE",
  "UND_ERR_SOCKET",
  "UND_ERR_BODY_TIMEOUT",
  "UND_ERR_HEADERS_TIMEOUT",
  "UND_ERR_RES_CONTENT_LENGTH_MISMATCH",
  "UND_ERR_ABORTED",
  "HPE_INVALID_CONSTANT",
  "HPE_INVALID_CHUNK_SIZE",
  "ERR_STREAM_PREMATURE_CLOSE",
  "ERR_HTTP2_STREAM_ERROR",
]);
const connectionLostText =
  /terminated|other side closed|ERR_CONNECTION_(RESET|CLOSED)|ERR_EMPTY_RESPONSE|ERR_INCOMPLETE_CHUNKED|ERR_CONTENT_LENGTH_MISMATCH|ERR_HTTP2|socket hang up|premature/i;

/** Classifies the error of a rejected `fetch` or, if `connected`, of a response body. `fetch` reports the actual error as its cause. */
export function networkError(error: unknown, connected = false): AttemptError {
  if (error instanceof AttemptError) return error;
  const causes = causesOf(error);
  const host = refusedHost(error);
  if (host !== undefined) {
    const message = `Only local is on, so nothing is sent to ${host}.`;
    return new AttemptError("not-local", message, { origin: "network", cause: error, detail: host });
  }
  const text = causes.map(({ code, message }) => [code, message].filter(Boolean).join(" ")).join(": ");
  const isConnectionLost = ({ code = "", message }: { code?: string; message: string }): boolean =>
    connectionLostCodes.has(code) || connectionLostText.test(message);
  // undici reports a refusal by the proxy as an aborted request. Other models would be refused as well.
  const refusedByProxy = /Proxy response \(\d+\)|ERR_PROXY|ERR_TUNNEL/.test(text);
  if (connected || (causes.some(isConnectionLost) && !refusedByProxy)) {
    return new AttemptError("interrupted", "The connection was lost.", {
      origin: "network",
      cause: error,
      detail: text,
    });
  }
  return new AttemptError("offline", offlineMessage(text), { origin: "network", cause: error, detail: text });
}

/** The host that the caller's `fetch` refused to ask, because nothing may leave this computer. */
function refusedHost(error: unknown): string | undefined {
  if (!(error instanceof Error) || !("code" in error) || error.code !== notLocalCode) return undefined;
  return "host" in error ? String(error.host) : "other computers";
}

function offlineMessage(text: string): string {
  if (/ENOTFOUND|EAI_AGAIN|ERR_NAME_NOT_RESOLVED/.test(text))
    return "The service's host name could not be resolved. Check the network connection.";
  if (/ECONNREFUSED|ERR_CONNECTION_REFUSED/.test(text))
    return "The connection was refused. Check the network, the proxy and the base URL.";
  if (/CERT|certificate|SELF_SIGNED|UNABLE_TO_VERIFY|ERR_TLS|SSL/i.test(text))
    return "The service's certificate is not trusted. A company proxy may require its certificate to be installed.";
  if (/proxy|407/i.test(text)) return "The proxy refused the connection. Check the proxy settings.";
  return "The service could not be reached. Check the network connection.";
}
