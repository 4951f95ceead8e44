/** JSON canonicalised after RFC 8785: the same contents give the same text. */
import serialize from 'canonicalize';

/** The package is CommonJS and exports the function itself; its types speak of a default export. */
const canonicalize = serialize as unknown as typeof serialize.default;

/** @param value an object; what is undefined in it is left out, as JSON does */
export function canonicalJson(value: object): string {
  const text = canonicalize(value);
  if (text === undefined) throw new Error('an object has a JSON text');
  return text;
}
