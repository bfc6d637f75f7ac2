/**
 * The page of a view, which VS Code creates and closes at any time. Callers that need the page while there is none wait for the
 * next one.
 */
export class ActivePage<T> {
  #page = Promise.withResolvers<T>();

  /** Resolves to the page, or to the next one if there is none. */
  get whenReady(): Promise<T> {
    return this.#page.promise;
  }

  /** Registers a page that is loading. If it closes before it is ready, its callers wait for the next one. */
  register(): { ready: (page: T) => void; closed: () => void } {
    const page = this.#page;
    return {
      ready: page.resolve,
      closed: () => {
        this.#page = Promise.withResolvers();
        page.resolve(this.#page.promise);
      },
    };
  }
}
