/** One entry of the record as readers get it: parsed, worded, hashed. Pure. */
import { createHash } from 'node:crypto';
import type { Happening, RecordKind } from '../domain/record.ts';
import { summaryOf } from './record-words.ts';
import { planCause } from './timeline-words.ts';

/** What a leaf holds, after parsing. Version 1 is the only one that ever was. */
export type Leaf = Happening & {
  v: 1;
  at: string;
  actor: string;
  person?: string;
  /** Slug. */
  connection?: string;
  plan?: number;
  settings?: number;
  /** Ciphertext. */
  personal?: string;
};

/** To be opened by whoever has the keys. */
export type SealedValues = {
  subject: string;
  sealed: string;
  /** Null: the key was deleted, and with it the values. */
  sealedKey: string | null;
};

export type RecordItem = {
  /** Null until the sequencer has placed it. */
  position: number | null;
  /** RFC 3339, UTC. */
  at: string;
  kind: RecordKind;
  summary: string;
  actor: string;
  cause: string | null;
  person?: string;
  /** Slug. */
  connection?: string;
  plan?: number;
  settings?: number;
  details: Record<string, unknown>;
  sealed: SealedValues | null;
  leaf: Buffer;
  /** SHA-256 of 0x00 and the leaf, in hex: a leaf's hash by RFC 9162, section 2.1.1. */
  leafHash: string;
};

export type ReadEntry = {
  id: string;
  position: string | null;
  bytes: Buffer;
  leaf: Leaf;
  /** Whom the key is of; null where there is no key. */
  subject: string | null;
  sealedKey: string | null;
};

export function recordItem({
  entry: { position, bytes, leaf, subject, sealedKey },
  eventIdOf,
}: {
  entry: ReadEntry;
  /** Event ids by our numbers of facts. */
  eventIdOf: ReadonlyMap<number, string>;
}): RecordItem {
  const { at, kind, actor, person, connection, plan, settings, personal } = leaf;
  return {
    position: position === null ? null : Number(position),
    at,
    kind,
    summary: summaryOf(leaf),
    actor,
    cause: causeOf({ leaf, eventIdOf }),
    ...(person === undefined ? {} : { person }),
    ...(connection === undefined ? {} : { connection }),
    ...(plan === undefined ? {} : { plan }),
    ...(settings === undefined ? {} : { settings }),
    details: { ...leaf.data },
    sealed: personal === undefined ? null : { subject: subject ?? '', sealed: personal, sealedKey },
    leaf: bytes,
    leafHash: createHash('sha256').update(Buffer.of(0)).update(bytes).digest('hex'),
  };
}

function causeOf({ leaf, eventIdOf }: { leaf: Leaf; eventIdOf: ReadonlyMap<number, string> }): string | null {
  const judgedBy = leaf.plan === undefined ? null : `plan ${leaf.plan}`;
  switch (leaf.kind) {
    case 'fact':
      return `${leaf.data.source} ${leaf.data.eventId}`;
    case 'plan':
      return planCause({ cause: leaf.data.steps[0]?.cause ?? null, eventIdOf });
    case 'seat':
      return leaf.data.seenBySync ? 'sync' : judgedBy;
    case 'action':
    case 'outcome':
      return judgedBy;
    default:
      return null;
  }
}
