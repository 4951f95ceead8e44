import assert from 'node:assert/strict';
import { sql } from 'drizzle-orm';
import fc from 'fast-check';
import {
  activityLogs,
  connectionSettings,
  connections,
  memberActivity,
  memberDormancy,
  members,
} from '../../../drizzle/schema.ts';
import { dormancy } from '../../../src/domain/activity.ts';
import { defaultSettings } from '../../../src/domain/settings.ts';
import { type TestDatabase, testDatabase } from '../../support/postgres.ts';

const HOUR_MS = 3_600_000;
const THRESHOLDS = { P60D: 60 * 24, P30D: 30 * 24, PT36H: 36, P2W: 14 * 24 } as const;

/** Hours before now, near enough to every border to land on both sides; no border is hit exactly. */
const ago = fc.option(
  fc.oneof(
    fc.constantFrom(-1_000, 0.5, 24.5, 47.5, 48.5, 336.5, 719.5, 720.5, 1_439.5, 1_440.5),
    fc.integer({ min: -100, max: 3_000 }).map((hours) => hours + 0.25),
  ),
);

const team = fc.record({
  threshold: fc.constantFrom(...(Object.keys(THRESHOLDS) as (keyof typeof THRESHOLDS)[])),
  log: fc.option(
    fc.record({
      from: ago,
      through: ago,
      hasFileEvents: fc.option(fc.boolean()),
      isTroubled: fc.boolean(),
    }),
  ),
  people: fc.array(
    fc.record({
      status: fc.constantFrom('active', 'active', 'active', 'invited', 'suspended', 'removed', 'unknown'),
      joined: ago,
      active: ago,
    }),
    { minLength: 1, maxLength: 25 },
  ),
});

/** Drawn teams rarely have a log that was read in full; this one has, and a member of every kind. */
const ONE_OF_EACH = {
  threshold: 'P30D' as const,
  log: { from: 2_000, through: 0.5, hasFileEvents: true, isTroubled: false },
  people: [
    { status: 'active' as const, joined: 2_000, active: 720.5 },
    { status: 'active' as const, joined: 2_000, active: 719.5 },
    { status: 'invited' as const, joined: null, active: null },
  ],
};

describe('the view of dormant members', () => {
  let database: TestDatabase;
  before(async () => {
    database = await testDatabase();
  });
  after(() => database.drop());

  it('says of any team what the rule in TypeScript says', async () => {
    const { db } = database;
    let made = 0;
    const seen = new Set<boolean | null>();
    await fc.assert(
      fc.asyncProperty(team, async ({ threshold, log, people }) => {
        made += 1;
        const connectionId = `con_${made}`;
        const nowMs = Date.now();
        const time = (hours: number | null) => (hours === null ? null : new Date(nowMs - hours * HOUR_MS));
        await db.insert(connections).values({
          id: connectionId,
          slug: connectionId,
          name: connectionId,
          teamId: connectionId,
          teamName: 'Corp',
          adminMemberId: 'admin',
          adminEmail: 'admin@corp.example',
          scopes: [],
          settingsVersion: 2,
        });
        await db.insert(connectionSettings).values(
          ['PT1H', threshold].map((dormantAfter, i) => ({
            connectionId,
            version: i + 1,
            actor: 'test',
            settings: defaultSettings({ dormantAfter }),
          })),
        );
        if (log !== null) {
          await db.insert(activityLogs).values({
            connectionId,
            coveredFrom: time(log.from),
            coveredThrough: time(log.through),
            hasFileEvents: log.hasFileEvents,
            problem: log.isTroubled ? { code: 'scope_missing', detail: '', nextStep: '' } : null,
          });
        }
        await db.insert(members).values(
          people.map(({ status, joined }, i) => ({
            connectionId,
            teamMemberId: `m${i}`,
            email: `${i}@x`,
            emailKey: `${i}@x`,
            name: `${i}`,
            status,
            role: 'member',
            joinedAt: time(joined),
            seenAt: new Date(nowMs),
          })),
        );
        const active = people.flatMap(({ active }, i) => {
          const lastActivityAt = time(active);
          if (lastActivityAt === null) return [];
          return [
            { connectionId, teamMemberId: `m${i}`, lastActivityAt, source: 'audit_log/file_edit' as const },
          ];
        });
        if (active.length > 0) await db.insert(memberActivity).values(active);

        const rows = await db
          .select()
          .from(memberDormancy)
          .where(sql`${memberDormancy.connectionId} = ${connectionId}`);
        const said = new Map(rows.map((row) => [row.teamMemberId, row]));
        for (const [i, { status, joined, active }] of people.entries()) {
          const rule = dormancy({
            status,
            joinedAt: time(joined),
            lastActivityAt: time(active),
            dormantAfterMs: THRESHOLDS[threshold] * HOUR_MS,
            now: new Date(nowMs),
            log: log && {
              coveredFrom: time(log.from),
              coveredThrough: time(log.through),
              hasFileEvents: log.hasFileEvents,
              isTroubled: log.isTroubled,
            },
          });
          const row = said.get(`m${i}`);
          assert.ok(row);
          assert.equal(row.dormant, rule);
          assert.deepEqual(row.lastActivityAt, time(active));
          seen.add(rule);
        }
      }),
      { numRuns: 60, examples: [[ONE_OF_EACH]] },
    );
    assert.equal(seen.size, 3);
  });
});
