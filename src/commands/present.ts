/** The present of a command that may have waited for its locks: never before the moment at which it came in. */
export const notBefore = (cameIn: Date) => (): number => Math.max(cameIn.getTime(), Date.now());
