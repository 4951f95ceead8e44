import assert from 'node:assert/strict';
import { connect } from './connect-steps.ts';
import { type RunningApi, startApi } from './running-api.ts';

describe('the directory and what a connection is told', () => {
  let api: RunningApi;
  beforeEach(async () => {
    api = await startApi();
  });
  afterEach(() => api.close());

  const put = (path: string, body: unknown) => api.call(`PUT ${path}`, { body });

  it('sets the fields that a PUT of a person names, and no others', async () => {
    const first = await put('/v1/people/E1', {
      email: 'ada@corp.example',
      givenName: 'Ada',
      managerExternalId: 'E0',
    });
    assert.equal(first.status, 200, first.text);
    assert.deepEqual([first.json.state, first.json.manager, first.json.seats], ['active', 'E0', []]);
    const second = await put('/v1/people/E1', { surname: 'Lovelace', state: 'suspended' });
    assert.deepEqual(
      [second.json.email, second.json.surname, second.json.state],
      ['ada@corp.example', 'Lovelace', 'suspended'],
    );
    assert.equal((await put(`/v1/people/${'x'.repeat(65)}`, {})).status, 422);
    assert.equal((await put('/v1/people/E1', { externalId: 'E1' })).status, 422);
    assert.equal((await api.call('GET /v1/people/e1')).status, 404);
  });

  it('takes external ids with slashes and spaces', async () => {
    const path = `/v1/people/${encodeURIComponent('HR/0 7')}`;
    assert.equal((await put(path, {})).json.externalId, 'HR/0 7');
    assert.equal((await api.call(`GET ${path}`)).status, 200);
    assert.equal((await api.call(`GET ${path}/timeline`)).json.items.length, 1);
  });

  it('replaces the members of a group, and refuses people nobody knows', async () => {
    for (const id of ['E1', 'E2', 'E3']) await put(`/v1/people/${id}`, {});
    const first = await put('/v1/groups/Engineering', { members: ['E2', 'E1'] });
    assert.deepEqual([first.status, first.json], [200, { name: 'Engineering', members: ['E1', 'E2'] }]);
    assert.deepEqual((await put('/v1/groups/Engineering', { members: ['E3'] })).json.members, ['E3']);
    assert.deepEqual((await api.call('GET /v1/people/E3')).json.groups, ['Engineering']);
    const unknown = await put('/v1/groups/Engineering', { members: ['E1', 'E9'] });
    assert.deepEqual(
      [unknown.status, unknown.json.code, unknown.json.errors[0].field],
      [422, 'unknown_person', 'E9'],
    );
    for (const raw of ['null', '{}', '']) {
      assert.equal((await api.call('PUT /v1/groups/Engineering', { raw })).status, 422);
    }
    assert.deepEqual((await api.call('GET /v1/groups')).json.items, [
      { name: 'Engineering', members: ['E3'] },
    ]);
  });

  it('pages through people, and finds them by name and address', async () => {
    for (const n of [1, 2, 3, 4, 5]) {
      await put(`/v1/people/E${n}`, {
        email: `p${n}@corp.example`,
        givenName: 'Ada',
        surname: `Number_${n}`,
      });
    }
    const first = (await api.call('GET /v1/people?limit=2')).json;
    const second = (await api.call(`GET /v1/people?limit=2&cursor=${first.nextCursor}`)).json;
    const third = (await api.call(`GET /v1/people?limit=2&cursor=${second.nextCursor}`)).json;
    const ids = [...first.items, ...second.items, ...third.items].map(({ externalId }) => externalId);
    assert.deepEqual(ids, ['E1', 'E2', 'E3', 'E4', 'E5']);
    assert.equal(third.nextCursor, null);
    const found = async (q: string) =>
      (await api.call(`GET /v1/people?q=${encodeURIComponent(q)}`)).json.items.map(
        ({ externalId }: { externalId: string }) => externalId,
      );
    assert.deepEqual(await found('ada number_3'), ['E3']);
    assert.deepEqual(await found('P4@CORP'), ['E4']);
    assert.deepEqual(await found('%'), []);
    assert.deepEqual(await found('E5'), ['E5']);
  });

  describe('on a connection', () => {
    beforeEach(() => connect({ api }));
    const settings = '/v1/connections/corp-dropbox/provisioning';
    const assignments = '/v1/connections/corp-dropbox/assignments';

    it('begins with the defaults, and replaces settings as a whole', async () => {
      const defaults = (await api.call(`GET ${settings}`)).json;
      assert.deepEqual(defaults, {
        provision: { enabled: false, silent: false },
        suspend: { enabled: false, wipe: false },
        deprovision: {
          enabled: false,
          wipe: false,
          transferTo: 'none',
          keepAccount: false,
          recoverOnReturn: true,
        },
        invitation: { remindAfter: 'P3D', reminders: 2, onExpiry: 'keep', expireAfter: 'P30D' },
        protectAdmins: false,
        drift: 'ask',
        brake: { count: 10, percent: 5, window: 'P1D' },
        dormantAfter: 'P60D',
      });
      const changed = await put(settings, {
        provision: { enabled: true },
        deprovision: { enabled: true, transferTo: { email: 'boss@corp.example' } },
      });
      assert.equal(changed.status, 200, changed.text);
      assert.deepEqual(changed.json.provision, { enabled: true, silent: false });
      assert.deepEqual(changed.json.deprovision.transferTo, { email: 'boss@corp.example' });
      assert.deepEqual((await put(settings, {})).json, defaults);
      assert.deepEqual((await put(settings, defaults)).json, defaults);
    });

    it('refuses settings that contradict each other or mean nothing', async () => {
      const kept = await put(settings, { deprovision: { keepAccount: true, wipe: true } });
      assert.deepEqual(
        [kept.status, kept.json.code, kept.json.errors[0].field],
        [422, 'settings_conflict', 'deprovision.wipe'],
      );
      const bad = [
        { provision: true },
        { provision: { enabled: 'yes' } },
        { provison: {} },
        { brake: { percent: 101 } },
        { brake: { window: 'P1M' } },
        { dormantAfter: 'PT0S' },
        { dormantAfter: '60 days' },
        { deprovision: { transferTo: 'boss' } },
        { deprovision: { transferTo: { email: 'x' } } },
        { drift: 'ignore' },
        { seatPrice: -1 },
      ];
      for (const body of bad) assert.equal((await put(settings, body)).status, 422, JSON.stringify(body));
      assert.equal((await api.call(`GET ${settings}`)).json.provision.enabled, false);
    });

    it('does not enable an action that a read connection cannot carry out', async () => {
      const { slug } = await connect({ api, as: 'admin:1', name: 'Read only', access: 'read' });
      const answer = await put(`/v1/connections/${slug}/provisioning`, { provision: { enabled: true } });
      assert.deepEqual([answer.status, answer.json.code], [409, 'scope_missing']);
      assert.match(answer.json.nextStep, /reauthorizations/);
      assert.equal((await put(`/v1/connections/${slug}/provisioning`, { drift: 'adopt' })).status, 200);
    });

    it('assigns everyone, groups and people, and refuses what is unknown', async () => {
      await put('/v1/people/E1', { email: 'ada@corp.example' });
      await put('/v1/groups/Engineering', { members: [] });
      assert.deepEqual((await api.call(`GET ${assignments}`)).json, {
        everyone: false,
        groups: [],
        people: [],
      });
      const body = { everyone: false, groups: ['Engineering'], people: ['E1'] };
      const answer = await put(assignments, body);
      assert.deepEqual([answer.status, answer.json], [200, body]);
      for (const wrong of [{ groups: ['Nobody'] }, { people: ['E9'] }]) {
        const refused = await put(assignments, wrong);
        assert.equal(refused.status, 422);
        assert.match(refused.json.code, /^unknown_/);
      }
      assert.deepEqual((await api.call(`GET ${assignments}`)).json, body);
      assert.equal((await put(assignments, {})).status, 422);
      assert.equal((await put(assignments, undefined)).status, 422);
      assert.deepEqual((await put(assignments, { people: [] })).json, {
        everyone: false,
        groups: [],
        people: [],
      });
    });

    it('shows a seat from the moment somebody is assigned', async () => {
      await put('/v1/people/E1', { email: 'ada@corp.example' });
      await put(assignments, { people: ['E1'] });
      const [seat] = (await api.call('GET /v1/people/E1')).json.seats;
      assert.deepEqual([seat.connection, seat.state, seat.memberStatus], ['corp-dropbox', 'waiting', null]);
      assert.equal(seat.workflowId, 'user-lifecycle/corp-dropbox/E1');
      assert.equal(
        seat.temporalUrl,
        'http://localhost:8233/namespaces/default/workflows/user-lifecycle%2Fcorp-dropbox%2FE1',
      );
      assert.equal(seat.waitingFor, undefined);
      const listed = (await api.call('GET /v1/connections/corp-dropbox/seats?state=waiting&attention=false'))
        .json.items;
      assert.deepEqual(
        listed.map(({ person }: { person: string }) => person),
        ['E1'],
      );
      assert.deepEqual(
        (await api.call('GET /v1/connections/corp-dropbox/seats?attention=true')).json.items,
        [],
      );
      assert.equal((await api.call('GET /v1/connections/corp-dropbox/seats?state=lost')).status, 400);
    });

    it('says until when a seat waits for its date', async () => {
      const effectiveAt = '2999-01-01T08:00:00.000Z';
      const person = { externalId: 'E7', email: 'late@corp.example' };
      await put('/v1/connections/corp-dropbox/assignments', { everyone: true });
      await api.call('POST /v1/events', { body: { id: 'e', type: 'joiner', effectiveAt, person } });
      const [seat] = (await api.call('GET /v1/people/E7')).json.seats;
      assert.deepEqual(seat.waitingFor, { kind: 'date', until: effectiveAt });
    });

    it('answers a wish to sync with the run that is under way', async () => {
      const running = (await api.call('GET /v1/connections/corp-dropbox')).json.sync;
      const asked = await api.call('POST /v1/connections/corp-dropbox/syncs');
      assert.deepEqual([asked.status, asked.json.id, asked.json.status], [202, running.id, 'running']);
      const listed = (await api.call('GET /v1/connections/corp-dropbox/syncs')).json.items;
      assert.deepEqual(
        listed.map(({ id }: { id: string }) => id),
        [running.id],
      );
    });
  });
});
