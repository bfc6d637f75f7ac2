import { createParser, type EventSourceMessage } from "eventsource-parser";
import { AttemptError } from "./attemptError";

/** No answer of a model has a longer message. The limit keeps an endless message from filling the memory. */
const maxMessageLength = 16 * 1024 * 1024;

/**
 * Reads the `data` of each server-sent event from bytes that may be split anywhere: inside a character, between CR and LF.
 * Drops comments, so that keep-alive comments do not renew a deadline.
 */
export class MessageReader {
  readonly #decoder = new TextDecoder();
  #line = "";
  #messages: string[] = [];
  readonly #parser = createParser({
    maxBufferSize: maxMessageLength,
    onEvent: ({ data }: EventSourceMessage) => this.#messages.push(data),
    onError: (error) => {
      if (error.type !== "invalid-retry")
        throw new AttemptError("malformed", "The response could not be parsed.", { detail: error.message });
    },
  });

  /** Returns the messages that these bytes complete. Throws `AttemptError` (malformed) for an invalid line. */
  read(bytes: Uint8Array): string[] {
    const text = this.#decoder.decode(bytes, { stream: true });
    // The parser knows that a CR at the end of one part and an LF at the start of the next are one line break.
    const end = text.endsWith("\n") ? text.length : Math.max(text.lastIndexOf("\n"), text.lastIndexOf("\r")) + 1;
    if (end === 0) {
      this.#line += text;
      if (this.#line.length > maxMessageLength)
        throw new AttemptError("malformed", "The response could not be parsed.");
      return [];
    }
    // The parser silently drops an incomplete line that cannot become a field, and text would be lost. It gets complete
    // lines only, so that it reports each invalid one.
    if (this.#line === "" && end === text.length) this.#parser.feed(text);
    else {
      this.#parser.feed(this.#line + text.slice(0, end));
      this.#line = text.slice(end);
    }
    return this.#takeMessages();
  }

  /** Returns the remaining messages of a stream without a final blank line. Ignores an incomplete field at the end. */
  end(): string[] {
    try {
      this.#parser.feed(`${this.#line}${this.#decoder.decode()}\n\n`);
    } catch {
      // The finish reason shows whether the answer is complete.
    }
    return this.#takeMessages();
  }

  #takeMessages(): string[] {
    const messages = this.#messages;
    this.#messages = [];
    return messages;
  }
}
