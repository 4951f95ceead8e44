/** The same contents give the same hash, whatever the order of the keys: what duplicates are recognised by. */
import { createHash } from 'node:crypto';
import { canonicalJson } from '../store/record/canonical-json.ts';

/** SHA-256, hex. */
export const bodyHash = (body: object): string =>
  createHash('sha256').update(canonicalJson(body)).digest('hex');
