/** What comes and goes, such as the page of a view: who asks while it is away waits until it is there. */
export class ActivePage<T> {
  #next = Promise.withResolvers<T>();

  /** The one that is there, or else the next that will be. */
  get next(): Promise<T> {
    return this.#next.promise;
  }

  /** Begins a stay. One that ends before it arrived leaves those who wait to the next. */
  begin(): { arrive: (value: T) => void; leave: () => void } {
    const own = this.#next;
    return {
      arrive: own.resolve,
      leave: () => {
        this.#next = Promise.withResolvers();
        own.resolve(this.#next.promise);
      },
    };
  }
}
