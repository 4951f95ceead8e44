/** A promise and its resolve function. Node 20 has no Promise.withResolvers. */
export type Deferred<T> = Readonly<{ promise: Promise<T>; resolve: (value: T) => void }>;

export function deferred<T>(): Deferred<T> {
  let resolve: (value: T) => void = () => {};
  const promise = new Promise<T>((done) => {
    resolve = done;
  });
  return { promise, resolve };
}
