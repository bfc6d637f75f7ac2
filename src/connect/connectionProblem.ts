import { t } from "@vscode/l10n";
import { errorMessage, notLocalSentence } from "../failureMessages";
import { settings as ids } from "../manifest";
import { causesOf, isRouterError, servicePages, type FailureReason } from "../router/index";

/** An action that fixes a connection problem. */
export type ConnectionFix =
  | { readonly do: "sign-in" | "set-key" | "choose-order" }
  | { readonly do: "test-again" | "use-direct" | "use-vscode" | "ask-model" | "open-chat" }
  | { readonly do: "open-setting"; readonly id: string }
  | { readonly do: "open-link"; readonly url: string };

/** The result of a connection test: a sentence and one button. */
export interface ConnectionFinding {
  readonly ok: boolean;
  readonly sentence: string;
  readonly label: string;
  readonly fix: ConnectionFix;
}

/** The connection that was tested. */
export interface ConnectionProblemOptions {
  /** The API address. */
  baseUrl: string;
  /** The proxy's address, if one is set. */
  proxy: string | undefined;
  /** Epoch milliseconds. */
  now: number;
}

/** Explains why a request to the service failed. */
export function connectionProblem(error: unknown, options: ConnectionProblemOptions): ConnectionFinding {
  const reason = isRouterError(error) ? error.reason : "internal";
  const row = serviceRows[reasonOf(error)];
  if (row) return row(options);
  if (isRouterError(error) && !networkReasons.has(reason)) return testAgain(errorMessage(error).sentence);
  const causes = causesOf(isRouterError(error) && error.cause instanceof Error ? error.cause : error);
  const text = causes.map(({ code, message }) => [code, message].filter(Boolean).join(" ")).join("\n");
  return networkFinding(text, options) ?? unknownFinding(error, options);
}

/** A 403 with an HTML body comes from a web filter, since the service answers with JSON; any other 403 is about the account. */
function reasonOf(error: unknown): FailureReason {
  if (!isRouterError(error)) return "internal";
  if (error.status !== 403) return error.reason;
  if (error.reason === "model-refused" && /^\s*</.test(error.detail ?? "")) return "web-page";
  return error.reason === "bad-request" ? "model-refused" : error.reason;
}

/** The chain of causes for the log, one line each. */
export function causeLines(error: unknown): string[] {
  return causesOf(error).map(({ code, message }) => [code, message].filter(Boolean).join(": "));
}

const problem = (sentence: string, label: string, fix: ConnectionFix): ConnectionFinding => ({
  ok: false,
  sentence,
  label,
  fix,
});
const testAgain = (sentence: string): ConnectionFinding => problem(sentence, t("Test Again"), { do: "test-again" });
const openSetting = (sentence: string, label: string, id: string): ConnectionFinding =>
  problem(sentence, label, { do: "open-setting", id });
const openPage = (sentence: string, label: string, url: string): ConnectionFinding =>
  problem(sentence, label, { do: "open-link", url });
const openProxySetting = (sentence: string): ConnectionFinding =>
  openSetting(sentence, t("Open Proxy Setting"), "http.proxy");

/** Errors that the service itself reported, or that kept the request from being sent. All others happened on the way to it. */
const serviceRows: Partial<Record<FailureReason, (options: ConnectionProblemOptions) => ConnectionFinding>> = {
  "no-key": () => problem(t("Connected, but no API key is set. Sign in to continue."), t("Sign In"), { do: "sign-in" }),
  "not-local": ({ baseUrl }) =>
    problem(notLocalSentence(new URL(baseUrl).host), t("Choose Order"), { do: "choose-order" }),
  "key-withheld": () =>
    problem(
      t("Connected, but your API key was saved for another host, so it was not sent. Choose the key to use."),
      t("Choose Key"),
      { do: "set-key" },
    ),
  unauthorized: () =>
    problem(t("Connected, but OpenRouter rejected your API key. Enter it again."), t("Set API Key"), {
      do: "set-key",
    }),
  "payment-required": () =>
    openPage(
      t(
        "OpenRouter asks for credits, although the models are free. Your balance may be negative, or a plugin that costs money is enabled in your account.",
      ),
      t("Open Credits"),
      servicePages.credits,
    ),
  "balance-negative": () =>
    openPage(
      t("Your OpenRouter balance is negative, which also blocks free models. Add credits to continue."),
      t("Open Credits"),
      servicePages.credits,
    ),
  "budget-exceeded": () =>
    openPage(
      t("The spending limit of your API key is reached, which also blocks free models. Raise the limit to continue."),
      t("Open API Keys"),
      servicePages.keys,
    ),
  "data-policy": () =>
    openPage(
      t("Connected, but your OpenRouter privacy settings exclude all free models. Change the settings to continue."),
      t("Open Privacy Settings"),
      servicePages.privacy,
    ),
  "rate-limit-day": () =>
    openPage(
      t("Connected, but today's free requests are used up. The limit resets at midnight UTC."),
      t("Get More Requests"),
      servicePages.credits,
    ),
  "rate-limit-minute": () =>
    testAgain(t("Connected, but this minute's free requests are used up. Try again in a minute.")),
  "rate-limit-unknown": () =>
    testAgain(t("Connected, but OpenRouter is not accepting requests right now. Try again in a minute.")),
  "web-page": ({ baseUrl }) =>
    openPage(
      t(
        "The network returned a web page instead of a response from OpenRouter. Sign in to the network in your browser.",
      ),
      t("Open Browser"),
      new URL(baseUrl).origin,
    ),
  "model-refused": () => restrictionFinding(),
  moderated: () => restrictionFinding(),
  malformed: () => addressFinding(),
  "bad-request": () => addressFinding(),
  "server-error": () => statusFinding(),
  unavailable: () => statusFinding(),
};

/** Errors on the way to the service; their chain of causes has the details. */
const networkReasons = new Set<FailureReason>(["offline", "interrupted", "timeout", "internal"]);

function addressFinding(): ConnectionFinding {
  return openSetting(
    t("The server at the API address in your settings is not OpenRouter. Correct the address."),
    t("Open Setting"),
    ids.baseUrl,
  );
}

function restrictionFinding(): ConnectionFinding {
  return openPage(
    t("Connected, but OpenRouter blocked your API key or account. Check the restrictions of the key."),
    t("Open API Keys"),
    servicePages.keys,
  );
}

function statusFinding(): ConnectionFinding {
  return openPage(
    t("Connected, but OpenRouter returned a server error. Check its status page."),
    t("Open Status Page"),
    servicePages.status,
  );
}

/** Matches the error texts of Node, undici, and Chromium (through VS Code's fetch). Proxy problems are checked first. */
function networkFinding(
  text: string,
  { baseUrl, proxy, now }: ConnectionProblemOptions,
): ConnectionFinding | undefined {
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
      : openSetting(t("{0} refused the connection. Check the API address.", hostname), t("Open Setting"), ids.baseUrl);
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
      ids.baseUrl,
    );
  if (/CERT|certificate|SELF_SIGNED|UNABLE_TO_(VERIFY|GET_ISSUER)|ERR_TLS|SSL|AUTHORITY_INVALID/i.test(text))
    return openSetting(
      t("The certificate of {0} is not trusted. Install your company's root certificate on this computer.", hostname),
      t("Open Certificate Setting"),
      "http.systemCertificates",
    );
  if (/redirect/i.test(text)) return serviceRows["web-page"]?.({ baseUrl, proxy, now });
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

function unknownFinding(error: unknown, { baseUrl }: ConnectionProblemOptions): ConnectionFinding {
  const message = error instanceof Error ? error.message : String(error);
  return testAgain(t("The test of {0} failed: {1}", new URL(baseUrl).hostname, message));
}
