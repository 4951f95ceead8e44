/** The single values that every resource is made of. Whatever passes here can be stored by PostgreSQL. */
import { isTimeZone } from '../../domain/time-zone.ts';
import { z } from './zod.ts';

/** Control characters, NUL among them, and halves of surrogate pairs: PostgreSQL stores neither. */
const UNSTORABLE = /[\p{Cc}\p{Cs}]/u;
const STORABLE = '[^\\u0000-\\u001f\\u007f-\\u009f]';
const VISIBLE = '[^\\s\\u0000-\\u001f\\u007f-\\u009f]';

/** May be empty, which in a query means as much as absent. */
export const words = ({ max }: { max: number }) =>
  z
    .string()
    .max(max)
    .refine((value) => !UNSTORABLE.test(value), { error: 'must not hold control characters' })
    // In the notation of JSON Schema, for those who generate values from the document.
    .openapi({ pattern: `^${STORABLE}*$` });

export const text = ({ max }: { max: number }) => words({ max }).min(1);

const name = ({ max }: { max: number }) =>
  text({ max })
    .refine((value) => value === value.trim(), { error: 'must not begin or end with a space' })
    .openapi({ pattern: `^${VISIBLE}(${STORABLE}*${VISIBLE})?$` });

/** At most 64 characters: that is what Dropbox takes as `external_id`, and it goes there as it is. */
export const externalId = name({ max: 64 }).openapi({
  description: 'The person as HR knows them; goes to Dropbox as it is.',
  example: 'E100',
});

export const groupName = name({ max: 255 }).openapi({ example: 'Engineering' });

/** The pattern of Dropbox's own specification; anything else it would refuse. */
const EMAIL = /^['#&A-Za-z0-9._%+-]+@(?:[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?\.)+[A-Za-z]{2,15}$/;
export const email = z
  .string()
  .max(255)
  .refine((value) => EMAIL.test(value), { error: 'must be an e-mail address that Dropbox accepts' })
  .openapi({ pattern: EMAIL.source, example: 'ada@corp.example' });

export const personName = name({ max: 255 });

export const connectionName = name({ max: 100 }).openapi({ example: 'Corp Dropbox' });

export const timeZone = z
  .string()
  .refine((value) => value.length <= 64 && isTimeZone(value), {
    error: 'must be an IANA time zone, such as Europe/Berlin',
  })
  .openapi({ format: 'time-zone', description: 'IANA time zone.', example: 'Europe/Berlin' });

/** Beyond these years neither PostgreSQL nor a durable timer is safe, and "9999" means "never". */
const EARLIEST_MS = Date.UTC(1970, 0, 1);
const LATEST_MS = Date.UTC(3000, 0, 1);
const inRange = (value: string): boolean => {
  const atMs = Date.parse(value);
  return atMs >= EARLIEST_MS && atMs < LATEST_MS;
};
const RANGE = { error: 'must lie between the years 1970 and 2999; leave it out for "never"' };

export const instant = z.iso
  .datetime({ offset: true, error: 'must be an RFC 3339 time with an offset, such as 2026-12-01T08:00:00Z' })
  .refine(inRange, RANGE)
  .openapi({ description: 'In the years 1970 to 2999.', example: '2026-12-01T08:00:00+01:00' });

export const day = z.iso
  .date({ error: 'must be a day such as 2026-12-01' })
  .refine(inRange, RANGE)
  .openapi({ description: 'In the years 1970 to 2999.', example: '2026-12-01' });

/** An instant, or a day where the person works. */
export const instantOrDay = z
  .union([instant, day], {
    error: 'must be an RFC 3339 time with an offset, or a day such as 2026-12-01, in the years 1970 to 2999',
  })
  .openapi({ description: 'An RFC 3339 time with an offset, or a day (YYYY-MM-DD).' });

/** What is written on output: RFC 3339, UTC. */
export const time = z.string().openapi({ format: 'date-time', example: '2026-11-22T09:00:00.000Z' });

const DURATION =
  /^P(?=[\dT])(?:(\d{1,5})W)?(?:(\d{1,5})D)?(?:T(?=\d)(?:(\d{1,7})H)?(?:(\d{1,7})M)?(?:(\d{1,9})S)?)?$/;
const SECONDS = [604_800, 86_400, 3_600, 60, 1] as const;
const TEN_YEARS_S = 3_650 * 86_400;

/** Seconds of an ISO 8601 duration; undefined for none, and for years and months, whose length varies. */
function secondsOf(value: string): number | undefined {
  const parts = DURATION.exec(value);
  if (parts === null) return undefined;
  return SECONDS.reduce((sum, unit, i) => sum + Number(parts[i + 1] ?? 0) * unit, 0);
}

export const duration = z
  .string()
  .refine(
    (value) => {
      const seconds = secondsOf(value);
      return seconds !== undefined && seconds > 0 && seconds <= TEN_YEARS_S;
    },
    { error: 'must be an ISO 8601 duration of at most ten years, such as P7D or PT15M' },
  )
  .openapi({
    format: 'duration',
    description: 'ISO 8601, in weeks, days, hours, minutes and seconds; at most ten years.',
    example: 'P7D',
  });

/** Whole milliseconds as the shortest ISO 8601 duration of one unit. */
export function isoDuration(ms: number): string {
  const seconds = Math.max(1, Math.round(ms / 1000));
  return seconds % 86_400 === 0 ? `P${seconds / 86_400}D` : `PT${seconds}S`;
}
