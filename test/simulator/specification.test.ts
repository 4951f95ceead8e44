import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { categoryOf, EVENT_TYPES } from '../../src/simulator/audit/event-types.ts';
import { OUTCOMES } from '../../src/simulator/members/outcomes.ts';
import { ROUTES } from '../../src/simulator/routes/table.ts';
import { ALL_SCOPES } from '../../src/simulator/settings.ts';
import { type Simulator, startSimulator } from '../../src/simulator/simulator.ts';
import { type ConnectedApp, connectedApp } from './connected-app.ts';

interface SpecifiedRoute {
  route: string;
  scope: string | null;
  auth: string;
  arg: string;
  arg_kind: string;
  arg_fields: { name: string; optional: boolean; default?: unknown; type: string }[];
  error_tags: { tag: string }[];
}

const file = new URL('../../../shared/dropbox/routes.json', import.meta.url);
const eventTypes = new URL('event-types.json', file);

/** Values that pass as the type, to see whether a field is known, wanted and checked. */
const SAMPLES: Record<string, unknown> = {
  Boolean: true,
  'UInt32(max_value=1000, min_value=1)': 10,
  String: 'text',
  'team.UserSelectorArg': { '.tag': 'email', email: 'nobody@corp.example' },
  'List(team.UserSelectorArg)': [],
  'List(team.MemberAddV2Arg)': [],
  'async.AsyncJobId': 'dbjid:x',
  'common.EmailAddress': 'nobody@corp.example',
  'team_common.MemberExternalId': 'E1',
  'common.OptionalNamePart': 'Ada',
  'List(team.Feature)': [{ '.tag': 'has_team_file_events' }],
  'users_common.AccountId': `dbid:${'A'.repeat(35)}`,
  'team_common.TimeRange': { start_time: '2026-01-01T00:00:00Z', end_time: '2026-02-01T00:00:00Z' },
  'team_log.EventCategory': 'logins',
  'team_log.EventTypeArg': { '.tag': 'login_success' },
};

/** The specification of Dropbox's routes does not ship with the code; without it there is nothing to compare with. */
(existsSync(file) ? describe : describe.skip)('the simulated routes, held against the specification', () => {
  const routes: SpecifiedRoute[] = existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')).routes : [];
  const specified = new Map(routes.map((route) => [route.route, route]));
  let simulator: Simulator;
  let app: ConnectedApp;

  before(async () => {
    simulator = await startSimulator({ teamSize: 10, settings: { asyncProbability: 0 } });
    app = connectedApp({ simulator });
  });
  after(() => simulator.close());

  for (const [name, route] of ROUTES) {
    it(`${name} has the scope, the argument and the required fields that are specified`, async () => {
      const spec = specified.get(name);
      assert.ok(spec, 'not in the specification');
      assert.equal(route.scope, spec.scope);
      assert.equal(route.isVoid, spec.arg_kind === 'Void');
      if (spec.arg_kind !== 'struct') return;
      const sample = Object.fromEntries(
        spec.arg_fields.map(({ name: field, type }) => [field, sampleOf(type)]),
      );
      const full = await app.call(name, sample);
      assert.notEqual(full.status, 400, full.text);
      assert.deepEqual(simulator.ledger.calls({ route: name }).at(-1)?.unknownFields, []);
      for (const { name: field, optional } of spec.arg_fields) {
        const without = await app.call(name, { ...sample, [field]: undefined });
        assert.equal(without.status === 400, !optional, `${field} ${without.text}`);
        const wrong = await app.call(name, { ...sample, [field]: [{ odd: true }] });
        assert.equal(wrong.status, 400, `${field} took a list of objects`);
      }
    });
  }

  it('refuses only with tags that the route has', () => {
    const routeOf = {
      remove: 'team/members/remove',
      recover: 'team/members/recover',
      set_profile: 'team/members/set_profile_v2',
      suspend: 'team/members/suspend',
      unsuspend: 'team/members/unsuspend',
      send_welcome_email: 'team/members/send_welcome_email',
      transfer: 'team/members/move_former_member_files',
    } as const;
    for (const [operation, route] of Object.entries(routeOf)) {
      const tags = new Set(['ok', ...(specified.get(route)?.error_tags ?? []).map(({ tag }) => tag)]);
      for (const tag of Object.values(OUTCOMES[operation as keyof typeof routeOf])) {
        assert.ok(tags.has(tag), `${route} has no ${tag}`);
      }
    }
  });

  it('knows every type of event, and its category', () => {
    const categories: Record<string, string[]> = JSON.parse(readFileSync(eventTypes, 'utf8'));
    for (const [category, types] of Object.entries(categories)) {
      for (const type of types) assert.equal(categoryOf(type), category, type);
    }
    assert.equal(EVENT_TYPES.size, Object.values(categories).flat().length + 1);
  });

  it('knows every scope that its routes ask for', () => {
    for (const { scope } of ROUTES.values()) assert.ok(scope === null || ALL_SCOPES.includes(scope));
  });
});

function sampleOf(type: string): unknown {
  const sample = SAMPLES[type];
  assert.notEqual(sample, undefined, `no sample of ${type}`);
  return sample;
}
