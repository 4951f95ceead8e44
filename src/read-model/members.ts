/** What Dropbox reports, as last seen by a sync or a read-back. */
import { and, asc, eq, ilike, ne, or, type SQL, sql } from 'drizzle-orm';
import { members, seats } from '../../drizzle/schema.ts';
import type { MemberStatus } from '../domain/seat.ts';
import { decodeCursor, mapPage, pageOf } from './cursor.ts';
import type { Page, PageRequest, Reader } from './reader.ts';
import { containing } from './search-text.ts';
import { isoOrNull } from './times.ts';

export type Member = {
  teamMemberId: string;
  email: string;
  name: string;
  status: MemberStatus;
  role: string;
  joinedAt: string | null;
  lastActivityAt: string | null;
  lastActivitySource: string | null;
  /** Null: not known. */
  dormant: boolean | null;
  /** External id of the person whose seat it is. */
  managedBy?: string;
};

export type MemberFilter = {
  status?: MemberStatus | undefined;
  dormant?: boolean | undefined;
  /** Part of a name, an address or an id. */
  q?: string | undefined;
};

/** By name. Without a status, removed members are left out. */
export async function listMembers({
  db,
  connectionId,
  filter,
  cursor,
  limit,
}: PageRequest & { db: Reader; connectionId: string; filter: MemberFilter }): Promise<Page<Member>> {
  const after = decodeCursor({ cursor, keys: 2 });
  const rows = await db
    .select({ member: members, managedBy: seats.personId })
    .from(members)
    .leftJoin(
      seats,
      and(eq(seats.connectionId, members.connectionId), eq(seats.teamMemberId, members.teamMemberId)),
    )
    .where(
      and(
        eq(members.connectionId, connectionId),
        ...conditionsOf(filter),
        after === null
          ? undefined
          : sql`(${members.name}, ${members.teamMemberId}) > (${after[0]}, ${after[1]})`,
      ),
    )
    .orderBy(asc(members.name), asc(members.teamMemberId))
    .limit(limit + 1);
  const page = pageOf({ rows, limit, keysOf: ({ member }) => [member.name, member.teamMemberId] });
  return mapPage({ page, item: asMember });
}

function conditionsOf({ status, dormant, q }: MemberFilter): (SQL | undefined)[] {
  const pattern = q === undefined ? undefined : containing(q);
  return [
    status === undefined ? ne(members.status, 'removed') : eq(members.status, status),
    // Whether somebody is dormant is not known yet, of nobody.
    dormant === undefined ? undefined : sql`false`,
    pattern === undefined
      ? undefined
      : or(
          ilike(members.name, pattern),
          ilike(members.email, pattern),
          ilike(members.externalId, pattern),
          ilike(members.teamMemberId, pattern),
        ),
  ];
}

const asMember = ({
  member,
  managedBy,
}: {
  member: typeof members.$inferSelect;
  managedBy: string | null;
}): Member => ({
  teamMemberId: member.teamMemberId,
  email: member.email,
  name: member.name,
  status: member.status,
  role: member.role,
  joinedAt: isoOrNull(member.joinedAt),
  lastActivityAt: null,
  lastActivitySource: null,
  dormant: null,
  ...(managedBy === null ? {} : { managedBy }),
});
