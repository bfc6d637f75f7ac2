import { RouterError } from "../../errors";
import { servicePages } from "../../pages";

/** The name of this extension in the service's statistics; `HTTP-Referer` identifies it. */
const appHeaders = {
  "HTTP-Referer": "https://marketplace.visualstudio.com/items?itemName=free-models.free-models-router",
  "X-OpenRouter-Title": "Free Models Router for VS Code",
  "X-OpenRouter-Categories": "ide-extension",
};

/** Throws `RouterError` (unauthorized) for a key that is invalid in a header: the error of `fetch` would contain the key. */
export function rejectMalformedKey(key: string): void {
  if (/[^\x21-\x7e]/.test(key))
    throw new RouterError("unauthorized", "The API key contains invalid characters. Paste it again.", {
      link: servicePages.keys,
    });
}

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
