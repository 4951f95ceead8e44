import assert from 'node:assert/strict';
import { sql } from 'drizzle-orm';
import { type RunningApi, startApi } from './running-api.ts';

/** Longer than figures are kept. */
const LOOKED_AGAIN_MS = 5_100;

describe('GET /metrics', () => {
  let api: RunningApi;
  beforeEach(async () => {
    api = await startApi();
  });
  afterEach(() => api.close());

  const scrape = async (): Promise<string> => (await api.call('GET /metrics', { key: null })).text;
  const lineOf = (text: string, begins: string): string[] =>
    text.split('\n').filter((line) => line.startsWith(`seatkeeper_${begins}`));

  async function keepSomething(): Promise<void> {
    await api.db.execute(
      sql.raw(`
      insert into connections (id, slug, name, team_id, team_name, admin_member_id, admin_email, scopes, status, created_at, ended_at)
      values ('c1', 'corp', 'Corp', 't1', 'Secret team', 'm', 'secret@corp.example', '{}', 'connected', now() - interval '3 days', null),
             ('c2', 'labs', 'Labs', 't2', 'Labs', 'm', 'b@labs.example', '{}', 'broken', now() - interval '1 hour', null),
             ('c3', 'gone', 'Gone', 't3', 'Gone', 'm', 'c@gone.example', '{}', 'disconnecting', now(), now());
      insert into syncs (id, connection_id, status, started_at, finished_at)
      values ('s1', 'c1', 'succeeded', now() - interval '26 hours', now() - interval '25 hours'),
             ('s2', 'c1', 'failed', now() - interval '2 hours', now() - interval '1 hour');
      insert into people (external_id, ref, slices) select 'E' || n, 'E' || n, '[]' from generate_series(1, 6) n;
      insert into seats (id, connection_id, person_id, workflow_id, plan, plan_version, state, attention)
      select 'seat' || n, case when n = 6 then 'c3' else 'c1' end, 'E' || n, 'w' || n, '{}', 1,
        case when n < 4 then 'active' else 'held' end,
        case when n in (1, 4) then '{"code": "last_admin"}'::jsonb end
      from generate_series(1, 6) n;
      insert into outbox (kind, subject_id, created_at) values ('seat', 'seat1', now() - interval '90 seconds'), ('seat', 'seat2', now());
      insert into recomputes (cause, created_at) values ('group', now() - interval '30 seconds');
      insert into grants (connection_id, refresh_token) values ('c1', '2026.11.abc'), ('c2', '2027.abc');
      insert into record_keys (subject, sealed_key) values ('person:E1', '2027.abc')`),
    );
  }
  const near = ({ lines, value }: { lines: string[]; value: number }): void => {
    assert.equal(lines.length, 1, lines.join('\n'));
    const shown = Number(lines[0]?.split(' ').at(-1));
    assert.ok(Math.abs(shown - value) < 20, `${lines[0]}, not about ${value}`);
  };

  it('counts seats, syncs and what waits as the tables say, with slugs and no names', async () => {
    await keepSomething();
    const text = await scrape();
    assert.deepEqual(lineOf(text, 'database_reachable'), ['seatkeeper_database_reachable 1']);
    assert.deepEqual(lineOf(text, 'seats{').sort(), [
      'seatkeeper_seats{connection="corp",state="active"} 3',
      'seatkeeper_seats{connection="corp",state="held"} 2',
    ]);
    assert.deepEqual(lineOf(text, 'seats_with_attention'), [
      'seatkeeper_seats_with_attention{connection="corp",code="last_admin"} 2',
    ]);
    assert.deepEqual(lineOf(text, 'connections_broken'), ['seatkeeper_connections_broken 1']);
    assert.deepEqual(lineOf(text, 'connection_status').sort(), [
      'seatkeeper_connection_status{connection="corp",status="connected"} 1',
      'seatkeeper_connection_status{connection="labs",status="broken"} 1',
    ]);
    assert.deepEqual(lineOf(text, 'sync_status'), [
      'seatkeeper_sync_status{connection="corp",status="failed"} 1',
    ]);
    near({ lines: lineOf(text, 'sync_age_seconds{connection="corp"'), value: 25 * 3_600 });
    near({ lines: lineOf(text, 'sync_age_seconds{connection="labs"'), value: 3_600 });
    assert.deepEqual(lineOf(text, 'outbox_rows'), ['seatkeeper_outbox_rows{kind="seat"} 2']);
    near({ lines: lineOf(text, 'outbox_oldest_age_seconds'), value: 90 });
    assert.deepEqual(lineOf(text, 'recomputes_waiting'), ['seatkeeper_recomputes_waiting 1']);
    near({ lines: lineOf(text, 'recomputes_oldest_age_seconds'), value: 30 });
    assert.deepEqual(lineOf(text, 'sealed_rows').sort(), [
      'seatkeeper_sealed_rows{what="grant",key="2026.11"} 1',
      'seatkeeper_sealed_rows{what="grant",key="2027"} 1',
      'seatkeeper_sealed_rows{what="record_key",key="2027"} 1',
    ]);
    assert.doesNotMatch(text, /Secret team|corp\.example/);
  });

  it('asks the database again after five seconds, and then forgets what is gone', async () => {
    await keepSomething();
    assert.notDeepEqual(lineOf(await scrape(), 'seats{'), []);
    await api.db.execute(sql`delete from seats`);
    assert.notDeepEqual(lineOf(await scrape(), 'seats{'), []);
    await new Promise((done) => setTimeout(done, LOOKED_AGAIN_MS));
    assert.deepEqual(lineOf(await scrape(), 'seats{'), []);
  });

  it('answers without a database too, and says that it has none', async () => {
    await api.db.execute(sql`alter table outbox rename to elsewhere`);
    const text = await scrape();
    assert.deepEqual(lineOf(text, 'database_reachable'), ['seatkeeper_database_reachable 0']);
    assert.deepEqual(lineOf(text, 'outbox_rows'), []);
    assert.deepEqual(lineOf(text, 'connections_broken'), ['seatkeeper_connections_broken Nan']);
    assert.match(text, /process_cpu_seconds_total/);
  });
});
