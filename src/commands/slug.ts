/** The name of a connection as it appears in paths and workflow ids: fixed when it is saved, never used again. */

const LONGEST = 60;

/** `Corp Dropbox (Köln)` → `corp-dropbox-koln`. Never like an id of ours, which has an underscore. */
export function slugOf(name: string): string {
  const plain = name
    .normalize('NFKD')
    .replace(/\p{M}/gu, '')
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .slice(0, LONGEST)
    .replace(/^-+|-+$/g, '');
  return plain === '' ? 'team' : plain;
}

/** The slug itself, or with the first number from 2 that makes it unused. */
export function unusedSlug({ slug, used }: { slug: string; used: ReadonlySet<string> }): string {
  if (!used.has(slug)) return slug;
  let number = 2;
  while (used.has(`${slug}-${number}`)) number += 1;
  return `${slug}-${number}`;
}
