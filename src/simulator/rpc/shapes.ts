import type { Selector } from '../members/roster.ts';

/** The body does not fit the route's argument; becomes 400 in plain text. */
export class BadArgument extends Error {
  override readonly name = 'BadArgument';
  readonly code = 'bad_argument';
}

/** Where in the body the check is; collects fields that the route does not know. */
export interface Place {
  readonly path: string;
  readonly unknownFields: string[];
}

/** Checks a value and gives it its type, or throws BadArgument. */
export type Shape<T> = (value: unknown, place: Place) => T;

const fail = (place: Place, problem: string): never => {
  throw new BadArgument(place.path === '' ? problem : `${place.path}: ${problem}`);
};

const inside = ({ path, unknownFields }: Place, key: string): Place => ({
  path: path === '' ? key : `${path}.${key}`,
  unknownFields,
});

export const bool: Shape<boolean> = (value, place) =>
  typeof value === 'boolean' ? value : fail(place, `expected boolean, got ${nameOf(value)}`);

export function text({
  max,
  min = 0,
  pattern,
}: {
  max?: number;
  min?: number;
  pattern?: RegExp;
} = {}): Shape<string> {
  return (value, place) => {
    if (typeof value !== 'string') return fail(place, `expected string, got ${nameOf(value)}`);
    if (max !== undefined && value.length > max)
      return fail(place, `string is longer than ${max} characters`);
    if (value.length < min) return fail(place, `string is shorter than ${min} characters`);
    if (pattern !== undefined && !pattern.test(value)) return fail(place, 'string did not match pattern');
    return value;
  };
}

export function integer({ min, max }: { min: number; max: number }): Shape<number> {
  return (value, place) => {
    if (typeof value !== 'number' || !Number.isInteger(value)) {
      return fail(place, `expected integer, got ${nameOf(value)}`);
    }
    return value < min || value > max ? fail(place, `${value} is not within [${min}, ${max}]`) : value;
  };
}

export function list<T>(of: Shape<T>, { max }: { max?: number } = {}): Shape<T[]> {
  return (value, place) => {
    if (!Array.isArray(value)) return fail(place, `expected list, got ${nameOf(value)}`);
    if (max !== undefined && value.length > max) return fail(place, `list has more than ${max} items`);
    return value.map((item, index) => of(item, inside(place, `[${index}]`)));
  };
}

interface Field<T, Kind extends 'required' | 'optional' | 'default'> {
  readonly kind: Kind;
  readonly shape: Shape<T>;
  readonly fallback?: T;
}

export const required = <T>(shape: Shape<T>): Field<T, 'required'> => ({ kind: 'required', shape });
export const optional = <T>(shape: Shape<T>): Field<T, 'optional'> => ({ kind: 'optional', shape });
export const withDefault = <T>(shape: Shape<T>, fallback: T): Field<T, 'default'> => ({
  kind: 'default',
  shape,
  fallback,
});

type AnyField = Field<unknown, 'required' | 'optional' | 'default'>;
type ValueOf<F> = F extends { shape: Shape<infer T> } ? T : never;
type StructOf<Fields> = {
  [Key in keyof Fields as Fields[Key] extends { kind: 'optional' } ? never : Key]: ValueOf<Fields[Key]>;
} & {
  [Key in keyof Fields as Fields[Key] extends { kind: 'optional' } ? Key : never]?: ValueOf<Fields[Key]>;
};

/** A Stone struct. `null` counts as absent; unknown fields are ignored, and noted. */
export function struct<Fields extends Record<string, AnyField>>(fields: Fields): Shape<StructOf<Fields>> {
  return (value, place) => {
    if (!isObject(value)) return fail(place, `expected object, got ${nameOf(value)}`);
    const result: Record<string, unknown> = {};
    for (const [key, field] of Object.entries(fields)) {
      const given = value[key];
      if (given !== undefined && given !== null) result[key] = field.shape(given, inside(place, key));
      else if (field.kind === 'default') result[key] = field.fallback;
      else if (field.kind === 'required') fail(place, `missing required field '${key}'`);
    }
    for (const key of Object.keys(value)) {
      if (!(key in fields) && key !== '.tag') place.unknownFields.push(inside(place, key).path);
    }
    return result as StructOf<Fields>;
  };
}

const TIMESTAMP = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/;

export const EMAIL = text({
  max: 255,
  pattern: /^['#&A-Za-z0-9._%+-]+@[A-Za-z0-9-][A-Za-z0-9.-]*\.[A-Za-z]{2,15}$/,
});
export const NAME_PART = text({ max: 50, pattern: /^[^/:?*<>"|]*$/ });
export const EXTERNAL_ID = text({ max: 64 });

/** A union of tags without payload; the bare name of a tag is the same as an object of it. */
export function tag<Tag extends string>(known: ReadonlySet<Tag>): Shape<Tag> {
  return (value, place) => {
    const name = isObject(value) ? value['.tag'] : value;
    const found = [...known].find((candidate) => candidate === name);
    return found ?? fail(place, `unknown tag '${String(name)}'`);
  };
}

/** Whole seconds in UTC, as milliseconds since the epoch. */
export const timestamp: Shape<number> = (value, place) => {
  const ms = typeof value === 'string' && TIMESTAMP.test(value) ? Date.parse(value) : Number.NaN;
  return Number.isNaN(ms) ? fail(place, `timestamp ${JSON.stringify(value)} does not match format`) : ms;
};

/** UserSelectorArg, a closed union whose payloads stand under the tag's name. */
export const selector: Shape<Selector> = (value, place) => {
  if (!isObject(value)) return fail(place, `expected object, got ${nameOf(value)}`);
  switch (value['.tag']) {
    case 'team_member_id':
      return { '.tag': 'team_member_id', team_member_id: payload(value, place, 'team_member_id', text()) };
    case 'external_id':
      return { '.tag': 'external_id', external_id: payload(value, place, 'external_id', EXTERNAL_ID) };
    case 'email':
      return { '.tag': 'email', email: payload(value, place, 'email', EMAIL) };
    default:
      return fail(place, `unknown tag '${String(value['.tag'])}'`);
  }
};

function payload<T>(value: Record<string, unknown>, place: Place, key: string, shape: Shape<T>): T {
  if (value[key] === undefined) fail(place, `missing '${key}' field`);
  return shape(value[key], inside(place, key));
}

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const nameOf = (value: unknown): string =>
  value === null
    ? 'null'
    : Array.isArray(value)
      ? 'list'
      : typeof value === 'object'
        ? 'object'
        : typeof value;
