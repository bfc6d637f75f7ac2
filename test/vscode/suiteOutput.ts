import { createWriteStream } from "node:fs";
import { Writable } from "node:stream";

/** The start of each output line of the suite, which distinguishes it from VS Code's own output. */
export const suiteMark = "│ ";

/** Receives all output of VS Code: prints the lines of the suite and writes the others to a log file. */
export class SuiteOutput {
  readonly #log: Writable;
  readonly #onSuiteLine: () => void;
  #hasEnded = false;

  /** `onSuiteLine` is called for each line of the suite. */
  constructor(logFile: string, onSuiteLine: () => void = () => undefined) {
    this.#log = createWriteStream(logFile);
    this.#onSuiteLine = onSuiteLine;
  }

  /** Whether a suite with tests has ended since the last call. With an exit code of 0 alone, VS Code may not have run it. */
  hasEnded(): boolean {
    const hasEnded = this.#hasEnded;
    this.#hasEnded = false;
    return hasEnded;
  }

  line(text: string): void {
    const start = text.indexOf(suiteMark);
    if (start < 0) {
      this.#log.write(`${text}\n`);
      return;
    }
    const line = text.slice(start);
    if (/ [1-9]\d* (passing|failing)/.test(line)) this.#hasEnded = true;
    console.log(line);
    this.#onSuiteLine();
  }

  /** A stream that splits its text into lines. */
  stream(): Writable {
    let partialLine = "";
    return new Writable({
      decodeStrings: false,
      write: (chunk: Buffer | string, _encoding, done) => {
        const lines = (partialLine + chunk.toString()).split(/\r?\n/);
        partialLine = lines.pop() ?? "";
        for (const line of lines) this.line(line);
        done();
      },
    });
  }
}
