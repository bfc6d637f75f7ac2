import { createWriteStream } from "node:fs";
import { Writable } from "node:stream";

/** Begins the lines that come from the suite, so that they are found in what VS Code says all the time. */
export const suiteMark = "│ ";

/** Takes all that VS Code says: the suite's lines are shown, the rest is kept in a file for whoever looks into a failure. */
export class SuiteOutput {
  readonly #rest: Writable;
  #ended = false;

  constructor(logFile: string) {
    this.#rest = createWriteStream(logFile);
  }

  /** Whether the suite came to its end, and had tests: an exit code of 0 alone may be a VS Code that never ran it. */
  get ended(): boolean {
    return this.#ended;
  }

  line(text: string): void {
    const mark = text.indexOf(suiteMark);
    if (mark < 0) {
      this.#rest.write(`${text}\n`);
      return;
    }
    const line = text.slice(mark);
    if (/ [1-9]\d* (passing|failing)/.test(line)) this.#ended = true;
    console.log(line);
  }

  /** The same as a stream of text. */
  stream(): Writable {
    let partial = "";
    return new Writable({
      decodeStrings: false,
      write: (chunk: Buffer | string, _encoding, done) => {
        const lines = (partial + chunk.toString()).split(/\r?\n/);
        partial = lines.pop() ?? "";
        for (const line of lines) this.line(line);
        done();
      },
    });
  }
}
