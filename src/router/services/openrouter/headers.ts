import { rejectMalformedKey } from "../../authorization";

/** The name of this extension in the service's statistics; `HTTP-Referer` identifies it. */
const appHeaders = {
  "HTTP-Referer": "https://marketplace.visualstudio.com/items?itemName=free-models.free-models-router",
  "X-OpenRouter-Title": "Free Models Router for VS Code",
  "X-OpenRouter-Categories": "ide-extension",
};

/** The only function that puts the key into a request. */
export function authorization(key: string): Record<string, string> {
  rejectMalformedKey(key);
  return { Authorization: `Bearer ${key}` };
}

export function completionHeaders(key: string): Record<string, string> {
  return {
    ...authorization(key),
    ...appHeaders,
    "Content-Type": "application/json",
    Accept: "text/event-stream, application/json",
    // Opt-in: the last chunk and most errors then list the models that were tried, with the status of each.
    "X-OpenRouter-Metadata": "enabled",
  };
}
