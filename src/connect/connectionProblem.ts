import { t } from "@vscode/l10n";
import { errorMessage } from "../failureMessages";
import { settings as ids } from "../manifest";
import { causesOf, isRouterError, servicePages, type FailureReason } from "../router/index";

/** What can be done about a broken connection, one thing for each. */
export type ConnectionFix =
  | { readonly do: "sign-in" | "set-key" | "test-again" | "use-direct" | "use-vscode" | "ask-model" | "open-chat" }
  | { readonly do: "open-setting"; readonly id: string }
  | { readonly do: "open-link"; readonly url: string };

/** What a test found, in one sentence with one thing to do. */
export interface ConnectionFinding {
  readonly ok: boolean;
  readonly sentence: string;
  readonly label: string;
  readonly cure: ConnectionFix;
}

/** What is known about the way to the service. */
export interface ConnectionProblemOptions {
  /** The service's address. */
  baseUrl: string;
  /** The proxy's address, where one is set. */
  proxy: string | undefined;
  now: number;
}

/** A failed exchange with the service as a finding. */
export function connectionProblem(error: unknown, facts: ConnectionProblemOptions): ConnectionFinding {
  const reason = isRouterError(error) ? error.reason : "internal";
  const row = isRefusedByPage(error) ? serviceRows["web-page"] : serviceRows[reason];
  if (row) return row(facts);
  if (isRouterError(error) && !networkReasons.has(reason)) return again(errorMessage(error).sentence);
  const causes = causesOf(isRouterError(error) && error.cause instanceof Error ? error.cause : error);
  const text = causes.map(({ code, message }) => [code, message].filter(Boolean).join(" ")).join("\n");
  return networkFinding(text, facts) ?? unknownFinding(error, facts);
}

/** Nobody but a filter in between answers in HTML that one may not pass. */
function isRefusedByPage(error: unknown): boolean {
  return isRouterError(error) && error.reason === "model-refused" && /^\s*</.test(error.detail ?? "");
}

/** The chain of causes, one a line: what the log keeps. */
export function causeLines(error: unknown): string[] {
  return causesOf(error).map(({ code, message }) => [code, message].filter(Boolean).join(": "));
}

const problem = (sentence: string, label: string, cure: ConnectionFix): ConnectionFinding => ({
  ...{ ok: false, sentence, label, cure },
});
const again = (sentence: string): ConnectionFinding => problem(sentence, t("Test Again"), { do: "test-again" });
const setting = (sentence: string, label: string, id: string): ConnectionFinding =>
  problem(sentence, label, { do: "open-setting", id });
const page = (sentence: string, label: string, url: string): ConnectionFinding =>
  problem(sentence, label, { do: "open-link", url });
const proxySetting = (sentence: string): ConnectionFinding => setting(sentence, t("Open Proxy Setting"), "http.proxy");

/** What the service itself said. Everything else happened on the way to it. */
const serviceRows: Partial<Record<FailureReason, (facts: ConnectionProblemOptions) => ConnectionFinding>> = {
  "no-key": () =>
    problem(t("OpenRouter is reached, and there is no key yet: sign in."), t("Sign In"), { do: "sign-in" }),
  unauthorized: () =>
    problem(t("OpenRouter is reached, but does not accept your key: enter it anew."), t("Set API Key"), {
      do: "set-key",
    }),
  "payment-required": () =>
    page(
      t("Your OpenRouter balance is below zero, which blocks free models as well: settle it there."),
      t("Open Credits"),
      servicePages.credits,
    ),
  "budget-exceeded": () =>
    page(
      t("The spending limit of your key is reached, which blocks free models as well: raise it there."),
      t("Open Keys"),
      servicePages.keys,
    ),
  "data-policy": () =>
    page(
      t("OpenRouter is reached, but your privacy settings there leave no free model: allow some."),
      t("Open Privacy Settings"),
      servicePages.privacy,
    ),
  "rate-limit-day": () =>
    page(
      t("OpenRouter is reached, but today's free requests are used up: they come back at midnight UTC."),
      t("How to Get More"),
      servicePages.credits,
    ),
  "rate-limit-minute": () => again(t("OpenRouter is reached, but this minute's requests are used up: wait a minute.")),
  "rate-limit-unknown": () => again(t("OpenRouter is reached, but takes no more requests for now: wait a minute.")),
  "web-page": ({ baseUrl }) =>
    page(
      t("A web page came instead of OpenRouter's answer: this network wants you to sign in with a browser first."),
      t("Open Browser"),
      new URL(baseUrl).origin,
    ),
  "model-refused": () => rulesFinding(),
  moderated: () => rulesFinding(),
  malformed: () => addressFinding(),
  "bad-request": () => addressFinding(),
  "server-error": () => statusFinding(),
  unavailable: () => statusFinding(),
};

/** What happened on the way to the service, where the chain of causes tells more. */
const networkReasons = new Set<FailureReason>(["offline", "interrupted", "timeout", "internal"]);

function addressFinding(): ConnectionFinding {
  return setting(
    t("Something answers at the API address in your settings, but it is not OpenRouter: correct the address."),
    t("Open Setting"),
    ids.baseUrl,
  );
}

function rulesFinding(): ConnectionFinding {
  return page(
    t("OpenRouter is reached, but refuses your key or your account: see the rules that are set there."),
    t("Open Keys"),
    servicePages.keys,
  );
}

function statusFinding(): ConnectionFinding {
  return page(
    t("OpenRouter is reached, but has a problem of its own: see its status page."),
    t("Open Status Page"),
    servicePages.status,
  );
}

/** By the words of Node, undici and Chromium, whose errors reach us through the host's fetch. The proxy's troubles come first. */
function networkFinding(
  text: string,
  { baseUrl, proxy, now }: ConnectionProblemOptions,
): ConnectionFinding | undefined {
  const { hostname } = new URL(baseUrl);
  const proxyUrl = proxy === undefined ? null : URL.parse(proxy);
  const aboutProxy = /proxy|tunnel/i.test(text) || (proxyUrl !== null && names(text, proxyUrl));
  if (/\b407\b|ERR_PROXY_AUTH|proxy auth/i.test(text))
    return proxySetting(t("The proxy wants a user name and a password: put them into its address."));
  if (/ENOTFOUND|EAI_AGAIN|ERR_NAME_NOT_RESOLVED/.test(text))
    return aboutProxy
      ? proxySetting(t("The proxy's name is not known on this network: correct its address."))
      : again(t("The name {0} is not known here: connect to the network, or check its DNS.", hostname));
  if (/ECONNREFUSED|ERR_CONNECTION_REFUSED|ERR_PROXY_CONNECTION_FAILED/.test(text))
    return aboutProxy
      ? proxySetting(t("The proxy takes no connections: start it, or correct its address."))
      : setting(t("{0} takes no connections: check the API address.", hostname), t("Open Setting"), ids.baseUrl);
  if (/CERT_HAS_EXPIRED|CERT_NOT_YET_VALID|ERR_CERT_DATE/.test(text))
    return again(
      t(
        "The certificate of {0} is not valid today ({1} by this machine's clock): set the clock right, or tell who runs the network.",
        ...[hostname, new Date(now).toLocaleDateString()],
      ),
    );
  if (/ALTNAME|COMMON_NAME_INVALID/.test(text))
    return setting(
      t("The certificate belongs to another service than {0}: check the API address and the proxy.", hostname),
      t("Open Setting"),
      ids.baseUrl,
    );
  if (/CERT|certificate|SELF_SIGNED|UNABLE_TO_(VERIFY|GET_ISSUER)|ERR_TLS|SSL|AUTHORITY_INVALID/i.test(text))
    return setting(
      t(
        "The certificate of {0} is not trusted here: let your company's certificate be installed on this system.",
        hostname,
      ),
      t("Open Certificate Setting"),
      "http.systemCertificates",
    );
  if (/redirect/i.test(text)) return serviceRows["web-page"]?.({ baseUrl, proxy, now });
  if (aboutProxy) return proxySetting(t("The proxy does not let us through to {0}: check its address.", hostname));
  if (/TIMEOUT|TIMED_?OUT|timed out|too long/i.test(text))
    return proxySetting(t("No answer comes from {0}: a firewall may want you to use a proxy.", hostname));
  if (/Z_(DATA|BUF)_ERROR|CONTENT_DECODING|HEADERS_OVERFLOW|HPE_|RESPONSE_HEADERS/.test(text))
    return proxySetting(t("What comes from {0} is garbled on its way: a proxy or a filter may spoil it.", hostname));
  if (
    /ECONNRESET|EPIPE|hang up|other side closed|broke off|UND_ERR_SOCKET|ERR_CONNECTION_(RESET|CLOSED)|EMPTY_RESPONSE|HTTP2/i.test(
      text,
    )
  )
    return proxySetting(
      t("The connection to {0} is cut on its way: a firewall may want you to use a proxy.", hostname),
    );
  if (/EACCES|EPERM|ERR_NETWORK_ACCESS_DENIED|ERR_BLOCKED_BY/.test(text))
    return again(t("A firewall on this machine does not let VS Code reach {0}: allow it there.", hostname));
  if (
    /E(NET|HOST)UNREACH|ENETDOWN|EADDRNOTAVAIL|ERR_(INTERNET_DISCONNECTED|NETWORK_CHANGED|ADDRESS_UNREACHABLE)/.test(
      text,
    )
  )
    return again(t("This machine has no way to {0}: connect to the network.", hostname));
  return undefined;
}

/** Whether an error speaks of the proxy's address rather than of the service's. */
function names(text: string, { hostname, port }: URL): boolean {
  const address = port === "" ? hostname : `${hostname}:${port}`;
  return text.includes(address) || (port === "" && text.includes(hostname));
}

function unknownFinding(error: unknown, { baseUrl }: ConnectionProblemOptions): ConnectionFinding {
  const words = error instanceof Error ? error.message : String(error);
  return again(t("{0} cannot be used: {1}", new URL(baseUrl).hostname, words));
}
