import { RouterError } from "./errors";
import { servicePages } from "./pages";

/** Throws `RouterError` (unauthorized) for a key that is invalid in a header: the error of `fetch` would contain the key. */
export function rejectMalformedKey(key: string): void {
  if (/[^\x21-\x7e]/.test(key))
    throw new RouterError("unauthorized", "The API key contains invalid characters. Paste it again.", {
      link: servicePages.keys,
    });
}
