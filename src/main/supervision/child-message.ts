/** What a child tells its supervisor over Node's IPC channel. `facts` is what others need to reach it. */
export type ChildMessage =
  | Readonly<{ ready: true; facts?: Readonly<Record<string, string>> }>
  | Readonly<{ progress: string }>;

/** Undefined for anything else that a library may send over the channel. */
export function readChildMessage(message: unknown): ChildMessage | undefined {
  if (typeof message !== 'object' || message === null) return undefined;
  if ('progress' in message && typeof message.progress === 'string') return { progress: message.progress };
  if (!('ready' in message) || message.ready !== true) return undefined;
  const facts = 'facts' in message && typeof message.facts === 'object' ? (message.facts ?? {}) : {};
  const texts = Object.entries(facts).filter(([, value]) => typeof value === 'string');
  return { ready: true, facts: Object.fromEntries(texts) };
}
