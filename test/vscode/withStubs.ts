/** Replaces members of an object, such as dialogs of `vscode.window`, while `run` runs. */
export async function withStubs<T extends object, R>(
  target: T,
  stubs: { readonly [name in keyof T]?: (...args: never[]) => unknown },
  run: () => Promise<R>,
): Promise<R> {
  const originals = Object.fromEntries(Object.keys(stubs).map((name) => [name, Reflect.get(target, name) as unknown]));
  Object.assign(target, stubs);
  try {
    return await run();
  } finally {
    Object.assign(target, originals);
  }
}
