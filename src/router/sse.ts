import { createParser, type EventSourceMessage } from "eventsource-parser";
import { RouterError } from "./errors";

/** A message larger than this is no answer of a model; the parser gives up before memory does. */
const longestMessage = 16 * 1024 * 1024;

/**
 * Bytes in, messages out: the `data` of each server-sent event, however the bytes were cut (inside a character, between CR
 * and LF). Comments are dropped, so they can keep no deadline alive.
 */
export class MessageReader {
  private readonly decoder = new TextDecoder();
  private line = "";
  private messages: string[] = [];
  private readonly parser = createParser({
    maxBufferSize: longestMessage,
    onEvent: ({ data }: EventSourceMessage) => this.messages.push(data),
    onError: (error) => {
      if (error.type !== "invalid-retry")
        throw new RouterError("malformed", "The answer could not be read.", { detail: error.message });
    },
  });

  /** The messages that these bytes complete. Throws `RouterError` (malformed) for a line that is no server-sent event. */
  read(bytes: Uint8Array): string[] {
    const text = this.decoder.decode(bytes, { stream: true });
    const end = text.lastIndexOf("\n") + 1;
    if (end === 0) {
      this.line += text;
      if (this.line.length > longestMessage) throw new RouterError("malformed", "The answer could not be read.");
      return [];
    }
    // The parser drops half a line that can become no field without a word, and with it the text that it should have
    // been. So it gets whole lines only, and complains of each bad one.
    this.parser.feed(this.line + text.slice(0, end));
    this.line = text.slice(end);
    return this.take();
  }

  /** The messages that a stream without a last blank line still holds; half a field at the end of a cut stream is none. */
  end(): string[] {
    try {
      this.parser.feed(`${this.line}${this.decoder.decode()}\n\n`);
    } catch {
      // Whether the answer is whole is told by its finish reason.
    }
    return this.take();
  }

  private take(): string[] {
    const messages = this.messages;
    this.messages = [];
    return messages;
  }
}
