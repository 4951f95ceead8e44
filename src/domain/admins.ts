/**
 * Who counts as the last full admin. Names of roles are not stable: live teams show `Team` for what Dropbox documents
 * as `Team admin`, and the list of members keeps names only. A role that nobody knows is taken for a full one.
 */

const FULL_ADMIN_NAMES: ReadonlySet<string> = new Set(['team', 'team admin']);
/** The same in two unrelated teams' listings of 2025. */
const FULL_ADMIN_ID = 'pid_dbtmr:AAAAAFMcx6E0tax39Kb0H671TzWLeE07dwaqFQ5fDRy2';

type Role = { id: string; name: string };

const isFull = ({ id, name }: Role): boolean =>
  id === FULL_ADMIN_ID || FULL_ADMIN_NAMES.has(name.trim().toLowerCase());

/**
 * Dropbox refuses to let the last full admin go as well; this only keeps the call from being made.
 * @param roles of the member, as just looked up
 * @param others names of the roles of every other active member with one, as last listed; null where no listing is known
 */
export function isLastAdmin({
  roles,
  others,
}: {
  roles: readonly Role[];
  others: readonly string[] | null;
}): boolean {
  if (roles.length === 0 || others === null) return false;
  const full = roles.filter(isFull);
  if (full.length === 0) return others.length === 0;
  const names = new Set(full.map(({ name }) => name));
  return !others.some((name) => names.has(name) || isFull({ id: '', name }));
}
