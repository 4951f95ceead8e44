import { harmless } from './screen.ts';

/** One thing, a line for each of its fields; what is absent is left out. */
export function fieldsText(
  fields: readonly (readonly [name: string, value: string | null | undefined])[],
): string {
  const shown = fields.flatMap(([name, value]) => (value ? [[name, value] as const] : []));
  const width = Math.max(...shown.map(([name]) => name.length)) + 2;
  return shown.map(([name, value]) => `${name.padEnd(width)}${harmless(value)}`).join('\n');
}
