import { t } from "@vscode/l10n";
import { causesOf, isRouterError, type FailureReason } from "../router/index";
import { openPage, openSetting, testAgain, type ConnectionFinding } from "./connectionFinding";

/** The connection that was tested. */
export interface ConnectionProblemOptions {
  /** The API address. */
  baseUrl: string;
  /** The proxy's address, if one is set. */
  proxy: string | undefined;
  /** Epoch milliseconds. */
  now: number;
}

export interface NetworkProblemOptions extends ConnectionProblemOptions {
  /** The name of the service. */
  service: string;
  /** The id of the setting that has the API address. */
  addressSetting: string;
}

/** Errors on the way to a service; their chain of causes has the details. */
export const networkReasons: ReadonlySet<FailureReason> = new Set(["offline", "interrupted", "timeout", "internal"]);

/**
 * Explains why a request did not reach a service; `undefined` for an unknown cause. Matches the error texts of Node, undici, and Chromium
 * (through VS Code's fetch). Proxy problems are checked first.
 */
export function networkProblem(error: unknown, options: NetworkProblemOptions): ConnectionFinding | undefined {
  const { baseUrl, proxy, now, addressSetting } = options;
  const causes = causesOf(isRouterError(error) && error.cause instanceof Error ? error.cause : error);
  const text = causes.map(({ code, message }) => [code, message].filter(Boolean).join(" ")).join("\n");
  const { hostname } = new URL(baseUrl);
  const proxyUrl = proxy === undefined ? null : URL.parse(proxy);
  const isProxyError = /proxy|tunnel/i.test(text) || (proxyUrl !== null && mentionsAddress(text, proxyUrl));
  if (/\b407\b|ERR_PROXY_AUTH|proxy auth/i.test(text))
    return openProxySetting(t("The proxy requires a user name and password. Add them to the proxy address."));
  if (/ENOTFOUND|EAI_AGAIN|ERR_NAME_NOT_RESOLVED/.test(text))
    return isProxyError
      ? openProxySetting(t("The host name of the proxy could not be resolved. Correct the proxy address."))
      : testAgain(t("The host name {0} could not be resolved. Check your network connection and DNS.", hostname));
  if (/ECONNREFUSED|ERR_CONNECTION_REFUSED|ERR_PROXY_CONNECTION_FAILED/.test(text))
    return isProxyError
      ? openProxySetting(t("The proxy refused the connection. Start the proxy or correct its address."))
      : openSetting(
          t("{0} refused the connection. Check the API address.", hostname),
          t("Open Setting"),
          addressSetting,
        );
  if (/CERT_HAS_EXPIRED|CERT_NOT_YET_VALID|ERR_CERT_DATE/.test(text))
    return testAgain(
      t(
        "The certificate of {0} is expired or not yet valid (today is {1} on this computer). Correct the date, or contact your network administrator.",
        ...[hostname, new Date(now).toLocaleDateString()],
      ),
    );
  if (/ALTNAME|COMMON_NAME_INVALID/.test(text))
    return openSetting(
      t("The certificate was not issued for {0}. Check the API address and the proxy.", hostname),
      t("Open Setting"),
      addressSetting,
    );
  if (/CERT|certificate|SELF_SIGNED|UNABLE_TO_(VERIFY|GET_ISSUER)|ERR_TLS|SSL|AUTHORITY_INVALID/i.test(text))
    return openSetting(
      t("The certificate of {0} is not trusted. Install your company's root certificate on this computer.", hostname),
      t("Open Certificate Setting"),
      "http.systemCertificates",
    );
  if (/redirect/i.test(text)) return webPageProblem(options);
  if (isProxyError) return openProxySetting(t("The proxy did not connect to {0}. Check the proxy address.", hostname));
  if (/TIMEOUT|TIMED_?OUT|timed out|too long/i.test(text))
    return openProxySetting(
      t(
        "The request to {0} timed out. A firewall may be blocking it; set a proxy if your network requires one.",
        hostname,
      ),
    );
  if (/Z_(DATA|BUF)_ERROR|CONTENT_DECODING|HEADERS_OVERFLOW|HPE_|RESPONSE_HEADERS/.test(text))
    return openProxySetting(
      t("The response from {0} was corrupted, possibly by a proxy or web filter. Check the proxy settings.", hostname),
    );
  if (
    /ECONNRESET|EPIPE|hang up|other side closed|broke off|UND_ERR_SOCKET|ERR_CONNECTION_(RESET|CLOSED)|EMPTY_RESPONSE|HTTP2/i.test(
      text,
    )
  )
    return openProxySetting(
      t(
        "The connection to {0} was closed. A firewall may be blocking it; set a proxy if your network requires one.",
        hostname,
      ),
    );
  if (/EACCES|EPERM|ERR_NETWORK_ACCESS_DENIED|ERR_BLOCKED_BY/.test(text))
    return testAgain(
      t(
        "A firewall on this computer blocks VS Code from connecting to {0}. Allow the connection in the firewall.",
        hostname,
      ),
    );
  if (
    /E(NET|HOST)UNREACH|ENETDOWN|EADDRNOTAVAIL|ERR_(INTERNET_DISCONNECTED|NETWORK_CHANGED|ADDRESS_UNREACHABLE)/.test(
      text,
    )
  )
    return testAgain(t("This computer cannot reach {0}. Check your network connection.", hostname));
  return undefined;
}

/** Whether an error text contains the address of a URL. */
function mentionsAddress(text: string, { hostname, port }: URL): boolean {
  const address = port === "" ? hostname : `${hostname}:${port}`;
  return text.includes(address) || (port === "" && text.includes(hostname));
}

/** A sign-in page of a hotel or a web filter. */
export function webPageProblem({ baseUrl, service }: NetworkProblemOptions): ConnectionFinding {
  return openPage(
    t(
      "The network returned a web page instead of a response from {0}. Sign in to the network in your browser.",
      service,
    ),
    t("Open Browser"),
    new URL(baseUrl).origin,
  );
}

const openProxySetting = (sentence: string): ConnectionFinding =>
  openSetting(sentence, t("Open Proxy Setting"), "http.proxy");
