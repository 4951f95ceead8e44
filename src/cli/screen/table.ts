import Table from 'cli-table3';
import { harmless, type Screen } from './screen.ts';

export type Column<T> = {
  title: string;
  /** Null and undefined are shown as a dash. */
  value: (item: T) => string | number | null | undefined;
};

const SIDES = ['top', 'bottom', 'left', 'right', 'mid'] as const;
const NO_LINES = Object.fromEntries(
  SIDES.flatMap((side) => [side, `${side}-mid`, `${side}-left`, `${side}-right`].map((name) => [name, ''])),
);
const GAP = '  ';
/** Below this a wrapped column is harder to read than a long line. */
const NARROWEST_LAST = 24;
/** What takes two places of a terminal. */
const WIDE =
  /[\u1100-\u115f\u2e80-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6]|\p{Extended_Pictographic}/gu;

const widthOf = (text: string): number => [...text].length + (text.match(WIDE)?.length ?? 0);

/**
 * Rows of one table, given page by page: columns keep the widths they had, or grow. On a terminal the last column is
 * wrapped into what is left of the line; anywhere else nothing is cut or wrapped.
 */
export function tableOf<T>({ columns, screen }: { columns: readonly Column<T>[]; screen: Screen }): {
  rows: (items: readonly T[]) => string;
} {
  const titles = columns.map(({ title }) => title);
  const widths = titles.map(widthOf);
  const last = columns.length - 1;
  let begun = false;
  return {
    rows: (items) => {
      const rows = items.map((item) => columns.map(({ value }) => harmless(String(value(item) ?? '–'))));
      for (const row of rows) {
        row.forEach((cell, i) => {
          widths[i] = Math.max(widths[i] ?? 0, widthOf(cell));
        });
      }
      const before = widths.slice(0, last).reduce((sum, width) => sum + width + GAP.length, 0);
      const room = (screen.width ?? Number.POSITIVE_INFINITY) - before;
      const fits = room < NARROWEST_LAST || (widths[last] ?? 0) <= room;
      const table = new Table({
        head: begun ? [] : titles.map((title) => screen.strong(title)),
        chars: { ...NO_LINES, middle: GAP },
        style: { head: [], border: [], 'padding-left': 0, 'padding-right': 0, compact: true },
        colWidths: widths.map((width, i) => (i === last && !fits ? room : width)),
      });
      table.push(
        ...rows.map((row) =>
          row.map((cell, i) => (i === last && !fits ? wrapped({ text: cell, width: room }) : cell)),
        ),
      );
      begun = true;
      return `${table.toString().replace(/ +$/gm, '')}\n`;
    },
  };
}

/** cli-table3 would cut a word that is longer than its column. */
function wrapped({ text, width }: { text: string; width: number }): string {
  const lines = [''];
  const pieces = new RegExp(`\\S{1,${width}}`, 'gu');
  for (const [piece] of text.matchAll(pieces)) {
    const line = lines[lines.length - 1] ?? '';
    const longer = line === '' ? piece : `${line} ${piece}`;
    if (widthOf(longer) <= width) lines[lines.length - 1] = longer;
    else lines.push(piece);
  }
  return lines.join('\n');
}
