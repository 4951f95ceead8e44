/** From the schemas of the OpenAPI document: bodies that fit, and for every field values that do not. */

export type Schema = {
  $ref?: string;
  type?: string;
  format?: string;
  enum?: string[];
  example?: unknown;
  default?: unknown;
  minLength?: number;
  maxLength?: number;
  minimum?: number;
  maximum?: number;
  maxItems?: number;
  items?: Schema;
  properties?: Record<string, Schema>;
  required?: string[];
  minProperties?: number;
  anyOf?: Schema[];
};
export type Components = Record<string, Schema>;

export const resolved = ({ schema, components }: { schema: Schema; components: Components }): Schema =>
  schema.$ref === undefined ? schema : (components[schema.$ref.split('/').at(-1) ?? ''] ?? {});

/** Something that the schema allows: examples where there are some, required fields only. */
export function fitting({ schema: given, components }: { schema: Schema; components: Components }): unknown {
  const schema = resolved({ schema: given, components });
  if (schema.example !== undefined) return schema.example;
  if (schema.enum !== undefined) return schema.enum[0];
  if (schema.anyOf?.[0] !== undefined) return fitting({ schema: schema.anyOf[0], components });
  switch (schema.type) {
    case 'object': {
      const { properties = {}, required = [], minProperties = 0 } = schema;
      const names = required.length >= minProperties ? required : Object.keys(properties);
      return Object.fromEntries(
        names.map((name) => [name, fitting({ schema: properties[name] ?? {}, components })]),
      );
    }
    case 'array':
      return [];
    case 'boolean':
      return false;
    case 'integer':
    case 'number':
      return schema.minimum ?? 0;
    default:
      return 'x';
  }
}

const CONTROL = 'a\u0000b';
/** Half of a surrogate pair, as JSON can write it. */
const HALF = 'a\ud800';

function wrongText({ format, enum: allowed, minLength, maxLength }: Schema): unknown[] {
  return [
    7,
    true,
    null,
    [],
    {},
    CONTROL,
    HALF,
    ...(allowed === undefined && format === undefined ? [] : ['nonsense']),
    ...(minLength === undefined ? [] : ['']),
    ...(maxLength === undefined ? [] : ['x'.repeat(maxLength + 1)]),
  ];
}

/** What does not fit, whatever else the body says. */
export function wrongValues({
  schema: given,
  components,
}: {
  schema: Schema;
  components: Components;
}): unknown[] {
  const schema = resolved({ schema: given, components });
  if (schema.anyOf !== undefined) return [7, true, null, [], { colour: 'red' }, CONTROL];
  const { minimum, maximum, items } = schema;
  switch (schema.type) {
    case 'string':
      return wrongText(schema);
    case 'integer':
    case 'number':
      return [
        'x',
        true,
        null,
        [],
        {},
        ...(schema.type === 'integer' ? [1.5] : []),
        ...(minimum === undefined ? [] : [minimum - 1]),
        ...(maximum === undefined ? [] : [maximum + 1, 1e300]),
      ];
    case 'boolean':
      return ['true', 1, 0, null, [], {}];
    case 'array':
      return ['x', 7, null, {}, ...(items === undefined ? [] : [[7], [null], [CONTROL], [{}]])];
    case 'object':
      return ['x', 7, null, [], { colour: 'red' }];
    default:
      return [];
  }
}

/** Every object that a body may be; arrays are the route's own to judge. */
export function objectsOf({
  schema: given,
  components,
}: {
  schema: Schema;
  components: Components;
}): Schema[] {
  const schema = resolved({ schema: given, components });
  if (schema.anyOf !== undefined)
    return schema.anyOf.flatMap((one) => objectsOf({ schema: one, components }));
  return schema.type === 'object' ? [schema] : [];
}

/** Every field of an object and of the objects within, by its place. */
export function fieldsOf({
  schema,
  components,
  within = [],
}: {
  schema: Schema;
  components: Components;
  within?: readonly string[];
}): { place: readonly string[]; schema: Schema }[] {
  return Object.entries(schema.properties ?? {}).flatMap(([name, property]) => {
    const field = resolved({ schema: property, components });
    const place = [...within, name];
    return [{ place, schema: field }, ...fieldsOf({ schema: field, components, within: place })];
  });
}

/** A copy with one value put in; what leads there is made. */
export function withValue({
  body,
  place,
  value,
}: {
  body: unknown;
  place: readonly string[];
  value: unknown;
}): unknown {
  const [first, ...rest] = place;
  if (first === undefined) return value;
  const object = typeof body === 'object' && body !== null ? (body as Record<string, unknown>) : {};
  return { ...object, [first]: withValue({ body: object[first], place: rest, value }) };
}
