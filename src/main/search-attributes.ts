/** A workflow task that uses an attribute which the server does not know fails for ever, so the worker sees to it first. */
import type { Connection } from '@temporalio/client';
import proto from '@temporalio/proto';
import { SEARCH_ATTRIBUTES } from '../../workflows/search-attributes.ts';

const { IndexedValueType } = proto.temporal.api.enums.v1;

const VALUE_TYPES = {
  KEYWORD: IndexedValueType.INDEXED_VALUE_TYPE_KEYWORD,
  DATETIME: IndexedValueType.INDEXED_VALUE_TYPE_DATETIME,
} as const;

/**
 * Registers what is missing. Where the server does not let us (Temporal Cloud has its own way), `onRefused` is told
 * once, and the attributes have to be registered by hand.
 */
export async function registerSearchAttributes({
  connection,
  namespace,
  onRefused,
}: {
  connection: Connection;
  namespace: string;
  onRefused: (names: string[]) => void;
}): Promise<void> {
  const wanted = Object.values(SEARCH_ATTRIBUTES);
  const { operatorService } = connection;
  try {
    const { customAttributes } = await operatorService.listSearchAttributes({ namespace });
    const missing = wanted.filter(({ name }) => customAttributes[name] === undefined);
    if (missing.length === 0) return;
    await operatorService.addSearchAttributes({
      namespace,
      searchAttributes: Object.fromEntries(missing.map(({ name, type }) => [name, VALUE_TYPES[type]])),
    });
  } catch {
    onRefused(wanted.map(({ name }) => name));
  }
}
