import { mock } from "node:test";

/** Runs `act` while `toLocaleString` formats numbers as in a German locale. */
export async function withGermanNumbers<T>(act: () => T | Promise<T>): Promise<T> {
  const format = function (this: number, _locale?: string, options?: Intl.NumberFormatOptions): string {
    return new Intl.NumberFormat("de", options).format(this);
  };
  const mocked = mock.method(Number.prototype, "toLocaleString", format);
  try {
    return await act();
  } finally {
    mocked.mock.restore();
  }
}
