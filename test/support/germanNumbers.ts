import { mock } from "node:test";

/** Does something where numbers are written as on a machine that is set up in German. */
export async function withGermanNumbers<T>(act: () => T | Promise<T>): Promise<T> {
  const write = function (this: number, _locale?: string, options?: Intl.NumberFormatOptions): string {
    return new Intl.NumberFormat("de", options).format(this);
  };
  const mocked = mock.method(Number.prototype, "toLocaleString", write);
  try {
    return await act();
  } finally {
    mocked.mock.restore();
  }
}
