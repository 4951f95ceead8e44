/** Values as people read them. */

/** RFC 3339 in UTC, to the second: `2026-11-22 09:00:00Z`. */
export const moment = (time: string | null | undefined): string | null =>
  time ? time.replace('T', ' ').replace(/\.\d+Z$/, 'Z') : null;

export const count = (number: number): string => number.toLocaleString('en-US');

export const counted = (number: number, one: string, many = `${one}s`): string =>
  `${count(number)} ${number === 1 ? one : many}`;

export const yesNo = (value: boolean | null): string => (value === null ? 'not known' : value ? 'yes' : 'no');

export const seconds = (ms: number): string => `${(ms / 1_000).toFixed(1)} s`;
