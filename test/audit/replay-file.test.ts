import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ReplayFileError, type ReplayReport, replayFile } from '../../src/audit/replay-file.ts';
import { workflowCode } from '../../src/audit/workflow-code.ts';
import { WORKFLOWS_PATH } from '../replay/replayed.ts';
import { exportOf, recordedNames, recordedRun, scheduled } from './written-export.ts';

describe('the replay of an export', function () {
  this.timeout(60_000);
  let code: string;
  let folder: string;
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'seatkeeper-replay-'));
    code = await workflowCode({ workflowsPath: WORKFLOWS_PATH });
  });
  after(() => rm(folder, { recursive: true, force: true }));

  const replay = async (content: unknown, present = code): Promise<ReplayReport> => {
    const file = join(folder, 'export.json');
    await writeFile(file, typeof content === 'string' ? content : JSON.stringify(content));
    return replayFile({ file, code: present });
  };
  const changed = (...changes: [from: string, to: string][]): string =>
    changes.reduce((text, [from, to]) => {
      assert.ok(text.includes(from), `the code holds ${from}`);
      return text.replaceAll(from, to);
    }, code);
  /** Where the first run parts. */
  const parting = async ({ name, upTo, present }: { name: string; upTo?: number; present: string }) => {
    const run = await recordedRun({ name, ...(upTo === undefined ? {} : { upTo }) });
    const [{ result } = assert.fail('no run')] = (await replay(exportOf([run]), present)).runs;
    assert.ok(result.kind === 'parted', `${name} is ${result.kind}`);
    return result;
  };

  const OTHER_STEP: [string, string] = ['.deprovisionSeat.executeWith', '.provisionSeat.executeWith'];
  const LIFECYCLE = 'joiner-leaver-hold-release';

  it('finds the same decisions in every history that was ever recorded', async () => {
    const runs = await Promise.all((await recordedNames()).map((name) => recordedRun({ name })));
    const report = await replay(exportOf(runs));
    assert.deepEqual(
      report.runs.filter(({ result }) => result.kind !== 'same'),
      [],
    );
    assert.deepEqual([report.same, report.parted, report.missing], [runs.length, 0, 0]);
    assert.deepEqual(
      report.runs.map(({ events }) => events),
      runs.map(({ history }) => history.events.length),
    );
  });

  it('says where another step is taken, and when that was', async () => {
    const { message, ...where } = await parting({ name: LIFECYCLE, present: changed(OTHER_STEP) });
    const event = await scheduled({ name: LIFECYCLE, activity: 'deprovisionSeat' });
    assert.deepEqual(where, {
      kind: 'parted',
      eventId: Number(event.eventId),
      at: new Date(event.eventTime).toISOString(),
      recorded: 'begins the step deprovisionSeat (deprovision seat)',
      present: 'begins the step provisionSeat (provision seat)',
    });
    assert.match(message, /^\[TMPRL1100\] Nondeterminism error: .*'deprovisionSeat' does not match/);
  });

  it('says where steps are taken in another order', async () => {
    const present = changed(
      ['.compareMembers.executeWith', '.SWAPPED.executeWith'],
      ['.restartSeats.executeWith', '.compareMembers.executeWith'],
      ['.SWAPPED.executeWith', '.restartSeats.executeWith'],
    );
    const parted = await parting({ name: 'sync-that-succeeds', present });
    const event = await scheduled({ name: 'sync-that-succeeds', activity: 'compareMembers' });
    assert.deepEqual(
      [parted.eventId, parted.recorded, parted.present],
      [
        Number(event.eventId),
        'begins the step compareMembers (compare members)',
        'begins the step restartSeats (restart seats)',
      ],
    );
  });

  it('says where something is left out', async () => {
    const present = changed(['upsertSearchAttributes)([', 'setCurrentDetails)(`gone` || [']);
    const parted = await parting({ name: LIFECYCLE, present });
    assert.equal(parted.recorded, 'shows its state in the search attributes');
    assert.equal(parted.present, 'does nothing more and waits');
  });

  it('says where something is done besides', async () => {
    const twice = 'await perform({ known, step: action }), await perform({';
    const parted = await parting({
      name: 'waiting-for-an-address',
      present: changed(['await perform({', twice]),
    });
    assert.match(parted.recorded, /^does nothing more and waits \(after event \d+\)$/);
    assert.equal(parted.present, 'begins the step provisionSeat (provision seat)');
  });

  it('judges the last decision of an open run too, which nothing follows yet', async () => {
    const { eventId } = await scheduled({ name: LIFECYCLE, activity: 'deprovisionSeat' });
    const upTo = Number(eventId);
    const parted = await parting({ name: LIFECYCLE, upTo, present: changed(OTHER_STEP) });
    assert.equal(parted.eventId, upTo);
    assert.equal((await replay(exportOf([await recordedRun({ name: LIFECYCLE, upTo })]))).same, 1);
  });

  it('says that code which fails on a history cannot do the same, and why', async () => {
    const present = changed(['async function userLifecycle(', 'async function renamedLifecycle(']);
    const { message, present: now } = await parting({ name: LIFECYCLE, present });
    assert.equal(now, 'cannot do the same; the message says why');
    assert.match(message, /userLifecycle/);
  });

  it('goes on with the next run after one that parts, and names those without a history', async () => {
    const present = changed(OTHER_STEP);
    const [parts, same] = await Promise.all(
      [LIFECYCLE, 'sync-of-a-connection-that-ended'].map((name) => recordedRun({ name })),
    );
    const { history: _, ...about } = same ?? assert.fail();
    const gone = { ...about, problem: 'no_longer_kept' };
    const { runs } = await replay(exportOf([parts ?? {}, gone, same ?? {}]), present);
    assert.deepEqual(
      runs.map(({ result }) => result.kind),
      ['parted', 'missing', 'same'],
    );
  });

  const entry = JSON.stringify({ position: 0, kind: 'fact', leaf: 'e30=' });
  const whole = JSON.stringify(exportOf([{}]));
  const bad: [what: string, content: unknown, code: ReplayFileError['code']][] = [
    ['text', 'person,event\nE1,joiner\n', 'not_json'],
    ['nothing at all', '', 'not_json'],
    ['other JSON', { events: [] }, 'other_format'],
    ['a newer format', { ...exportOf([]), version: 2 }, 'other_version'],
    ['an export that was cut off', whole.slice(0, -40), 'truncated'],
    ['an export without its end', { ...exportOf([]), complete: undefined }, 'truncated'],
    ['a run without events', exportOf([{ workflowId: 'w', history: { events: [] } }]), 'truncated'],
    ['no histories', exportOf([]), 'no_histories'],
    ['entries only', `${entry}\n${entry}\n`, 'no_histories'],
    ['one entry only', `${entry}\n`, 'no_histories'],
  ];
  for (const [what, content, expected] of bad) {
    it(`refuses ${what}, and says what to do`, async () => {
      await assert.rejects(replay(content), (error: unknown) => {
        assert.ok(error instanceof ReplayFileError);
        assert.equal(error.code, expected);
        assert.ok(error.message.length > 10 && error.nextStep.length > 10);
        return true;
      });
    });
  }

  it('refuses a file that is not there', async () => {
    await assert.rejects(replayFile({ file: join(folder, 'none.json'), code }), { code: 'unreadable' });
  });
});
