/** Times leave as RFC 3339, UTC. */
export const iso = (date: Date): string => date.toISOString();
export const isoOrNull = (date: Date | null): string | null => date?.toISOString() ?? null;

export const DAY_MS = 86_400_000;
/** The UTC day, YYYY-MM-DD. */
export const dayOf = (atMs: number): string => new Date(atMs).toISOString().slice(0, 10);
