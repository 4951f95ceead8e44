/** What Dropbox reports, as last seen by a sync or a read-back. */
import { and, asc, eq, ilike, ne, or, type SQL, sql } from 'drizzle-orm';
import { memberDormancy, members, seats } from '../../drizzle/schema.ts';
import type { ActivitySource } from '../domain/activity.ts';
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
  lastActivitySource: ActivitySource | null;
  /** Null: not known. */
  dormant: boolean | null;
  /** External id of the person whose seat it is. */
  managedBy?: string;
};

export type MemberFilter = {
  status?: MemberStatus | undefined;
  /** Those of whom it is known. */
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
    .select({
      member: members,
      lastActivityAt: memberDormancy.lastActivityAt,
      lastActivitySource: memberDormancy.source,
      dormant: memberDormancy.dormant,
      managedBy: seats.personId,
    })
    .from(members)
    .innerJoin(
      memberDormancy,
      and(
        eq(memberDormancy.connectionId, members.connectionId),
        eq(memberDormancy.teamMemberId, members.teamMemberId),
      ),
    )
    .leftJoin(
      seats,
      and(eq(seats.connectionId, members.connectionId), eq(seats.teamMemberId, members.teamMemberId)),
    )
    .where(
      and(
        eq(members.connectionId, connectionId),
        ...conditionsOf(filter),
        filter.dormant === undefined ? undefined : sql`${memberDormancy.dormant} = ${filter.dormant}`,
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

function conditionsOf({ status, q }: MemberFilter): (SQL | undefined)[] {
  const pattern = q === undefined ? undefined : containing(q);
  return [
    status === undefined ? ne(members.status, 'removed') : eq(members.status, status),
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
  lastActivityAt,
  lastActivitySource,
  dormant,
  managedBy,
}: {
  member: typeof members.$inferSelect;
  lastActivityAt: Date | null;
  lastActivitySource: ActivitySource | null;
  dormant: boolean | null;
  managedBy: string | null;
}): Member => ({
  teamMemberId: member.teamMemberId,
  email: member.email,
  name: member.name,
  status: member.status,
  role: member.role,
  joinedAt: isoOrNull(member.joinedAt),
  lastActivityAt: isoOrNull(lastActivityAt),
  lastActivitySource,
  dormant,
  ...(managedBy === null ? {} : { managedBy }),
});
