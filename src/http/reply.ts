/** What answers an operation, before it is sent. Without a status of its own it gets the operation's. */
export type Reply<T> = { body: T; status?: number; headers?: Record<string, string> };
