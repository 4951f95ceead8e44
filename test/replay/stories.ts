/**
 * What is recorded: stories of one seat or one sync, told on real parts. Each takes a path through the workflows that
 * the others do not take. Names are file names in test/histories.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { desc } from 'drizzle-orm';
import { connections, syncs } from '../../drizzle/schema.ts';
import { pauseSeat, resumeSeat } from '../../src/commands/seat-pause.ts';
import { requestSync } from '../../src/commands/syncs.ts';
import { rememberMember } from '../../src/store/members.ts';
import {
  CONNECTION_CHECKS,
  TASK_QUEUE,
  TEAM_SYNC,
  type TeamSyncInput,
  teamSyncId,
} from '../../workflows/messages.ts';
import { ACTING, fact, inMs, joiner, leaver, type Rig } from '../support/rig.ts';

export type Run = { workflowId: string; runId?: string };
export type Story = { name: string; tell: (rig: Rig) => Promise<Run> };

const runOf = async (rig: Rig, personId: string): Promise<Run> => ({
  workflowId: (await rig.seat(personId)).workflowId,
});

/** The lifecycle has said the last word, not only its last activity. */
async function closed(rig: Rig, personId: string): Promise<Run> {
  await rig.until(personId, ({ state }) => state === 'released');
  const run = await runOf(rig, personId);
  await rig.client.workflow.getHandle(run.workflowId).result();
  return run;
}

const invited = (rig: Rig, personId: string) => rig.until(personId, ({ state }) => state === 'invited');
const held = (rig: Rig, personId: string) => rig.until(personId, ({ state }) => state === 'held');

async function leaves(rig: Rig, personId: string): Promise<Run> {
  await rig.send(leaver(personId));
  return closed(rig, personId);
}

/** Asks for a sync as the API does, and waits until its run has ended. */
export async function syncOnce(rig: Rig): Promise<Run & { status: string }> {
  const { db, connectionId } = rig;
  await requestSync({ db, connectionId, now: new Date() });
  for (;;) {
    const [row] = await db.select().from(syncs).orderBy(desc(syncs.startedAt)).limit(1);
    if (row?.finishedAt != null && row.workflowId !== null && row.runId !== null) {
      const { workflowId, runId, status } = row;
      await rig.client.workflow
        .getHandle(workflowId, runId)
        .result()
        .catch(() => {});
      return { workflowId, runId, status };
    }
    await sleep(100);
  }
}

export const SEAT_STORIES: readonly Story[] = [
  {
    name: 'joiner-leaver-hold-release',
    tell: async (rig) => {
      await rig.send(joiner('S1'));
      await invited(rig, 'S1');
      return leaves(rig, 'S1');
    },
  },
  {
    name: 'suspension-with-a-return-date',
    tell: async (rig) => {
      await rig.settings({ suspend: { enabled: true, wipe: false } });
      await rig.send(joiner('S20'));
      await invited(rig, 'S20');
      rig.simulator.byHand.accept({ externalId: 'S20' });
      await rig.send(fact('suspension', 'S20', { returnAt: inMs(2_500) }));
      await rig.until('S20', ({ state }) => state === 'suspended');
      await rig.until('S20', ({ state }) => state === 'active');
      const run = await leaves(rig, 'S20');
      await rig.settings({});
      return run;
    },
  },
  {
    name: 'swap-of-addresses',
    tell: async (rig) => {
      await rig.send(joiner('S22'), joiner('S23'));
      for (const id of ['S22', 'S23']) {
        await invited(rig, id);
        rig.simulator.byHand.accept({ externalId: id });
      }
      const move = (id: string, email: string) => rig.send(fact('mover', id, { person: { email } }));
      await move('S22', 's23@corp.example');
      await rig.until('S22', ({ attention }) => attention?.code === 'address_taken');
      await move('S23', 's22@corp.example');
      // This one steps aside and takes the address when the other has left it.
      await rig.until('S23', ({ profileRevision }) => profileRevision === 2);
      return leaves(rig, 'S23');
    },
  },
  {
    name: 'files-transferred-at-the-end-of-the-hold',
    tell: async (rig) => {
      const transferTo = { email: String(rig.simulator.team().admin?.email) };
      await rig.settings({ deprovision: { ...ACTING.deprovision, transferTo } });
      await rig.send(joiner('S24'));
      await invited(rig, 'S24');
      rig.simulator.byHand.accept({ externalId: 'S24' });
      const run = await leaves(rig, 'S24');
      await rig.settings({});
      return run;
    },
  },
  {
    name: 'paused-and-resumed',
    tell: async (rig) => {
      const about = { db: rig.db, connectionId: rig.connectionId, personId: 'S25', actor: 'test' };
      await rig.send(joiner('S25'));
      await invited(rig, 'S25');
      await pauseSeat({ ...about, now: new Date() });
      await rig.send(leaver('S25'));
      await rig.until('S25', ({ waiting }) => waiting?.kind === 'person');
      await resumeSeat({ ...about, now: new Date() });
      return closed(rig, 'S25');
    },
  },
  {
    name: 'reminded-then-expired',
    tell: async (rig) => {
      const reminding = { remindAfter: 'PT1S', reminders: 1, expireAfter: 'P1D' };
      await rig.settings({ invitation: { ...reminding, onExpiry: 'keep' } });
      await rig.send(joiner('S26'));
      await invited(rig, 'S26');
      await sleep(2_100);
      await syncOnce(rig);
      while (!rig.effectsOf('S26').includes('send_welcome_email')) await sleep(50);
      await rig.settings({ invitation: { ...reminding, onExpiry: 'cancel', expireAfter: 'PT1S' } });
      await sleep(1_100);
      await syncOnce(rig);
      await rig.until('S26', ({ attention }) => attention?.code === 'invitation_expired');
      await rig.settings({});
      return leaves(rig, 'S26');
    },
  },
  {
    name: 'suspension-of-somebody-invited',
    tell: async (rig) => {
      await rig.settings({ suspend: { enabled: true, wipe: false } });
      await rig.send(joiner('S21'));
      await invited(rig, 'S21');
      await rig.send(fact('suspension', 'S21'));
      await rig.until('S21', ({ state }) => state === 'waiting');
      await rig.send(fact('reinstatement', 'S21'));
      await invited(rig, 'S21');
      const run = await leaves(rig, 'S21');
      await rig.settings({});
      return run;
    },
  },
  {
    name: 'waiting-for-an-address',
    tell: async (rig) => {
      const person = { email: 'shared@corp.example' };
      await rig.send(joiner('S2', { person }));
      await invited(rig, 'S2');
      await rig.send(leaver('S2'));
      await held(rig, 'S2');
      await rig.send(joiner('S3', { person }));
      await rig.until('S3', ({ waiting }) => waiting?.kind === 'email');
      await invited(rig, 'S3');
      return leaves(rig, 'S3');
    },
  },
  {
    name: 'return-within-the-hold',
    tell: async (rig) => {
      await rig.send(joiner('S4'));
      await invited(rig, 'S4');
      // An invitation that is taken back cannot be recovered, an account can.
      rig.simulator.byHand.accept({ externalId: 'S4' });
      await rig.send(leaver('S4'));
      await held(rig, 'S4');
      await rig.send(joiner('S4'));
      await rig.until('S4', ({ state }) => state === 'invited' || state === 'active');
      // Still open: a lifecycle that waits for its next message.
      return runOf(rig, 'S4');
    },
  },
  {
    name: 'answer-lost',
    tell: async (rig) => {
      rig.simulator.faults.add({
        route: 'team/members/add_v2',
        fault: { kind: 'reset', moment: 'after' },
        count: 1,
      });
      await rig.send(joiner('S5'));
      await invited(rig, 'S5');
      rig.simulator.faults.clear();
      return leaves(rig, 'S5');
    },
  },
  {
    name: 'leaving-on-a-date',
    tell: async (rig) => {
      await rig.send(joiner('S6'));
      await invited(rig, 'S6');
      await rig.send(leaver('S6', { effectiveAt: new Date(Date.now() + 2_000).toISOString() }));
      return closed(rig, 'S6');
    },
  },
  {
    name: 'attention-then-leaving',
    tell: async (rig) => {
      const person = { email: 'taken@corp.example' };
      await rig.send(joiner('S7', { person }));
      await invited(rig, 'S7');
      await rig.send(joiner('S8', { person }));
      await rig.until('S8', ({ attention }) => attention?.code === 'address_taken');
      return leaves(rig, 'S8');
    },
  },
  {
    name: 'switched-off-then-on',
    tell: async (rig) => {
      await rig.settings({ provision: { enabled: false, silent: false } });
      await rig.send(joiner('S9'));
      await rig.until('S9', ({ skipped }) => skipped !== null);
      await rig.settings({});
      await invited(rig, 'S9');
      return leaves(rig, 'S9');
    },
  },
];

const NOWHERE = {
  teamMemberId: 'dbmid:nobody-in-dropbox',
  externalId: null,
  email: 'nobody@corp.example',
  name: 'Nobody',
  status: 'active',
  recoverable: null,
  role: 'member',
  joinedAt: null,
  invitedAt: null,
  suspendedAt: null,
} as const;

/** The last one leaves the connection broken. */
export const SYNC_STORIES: readonly Story[] = [
  { name: 'sync-that-succeeds', tell: syncOnce },
  {
    name: 'sync-that-misses-somebody',
    tell: async (rig) => {
      const { db, connectionId } = rig;
      // Known from before the listing, and Dropbox has never heard of them.
      await rememberMember({ db, connectionId, member: NOWHERE, seenAt: new Date(Date.now() - 60_000) });
      // Dropbox's clock has whole seconds, and a listing counts as begun a second earlier than it says.
      await sleep(2_200);
      return syncOnce(rig);
    },
  },
  {
    name: 'sync-of-an-empty-listing',
    tell: async (rig) => {
      rig.simulator.faults.add({ route: 'team/members/list_v2', fault: { kind: 'empty_listing' }, count: 1 });
      return syncOnce(rig);
    },
  },
  {
    name: 'sync-of-a-connection-that-ended',
    tell: async ({ client, slug }) => {
      const input: TeamSyncInput = { connectionId: 'con_gone', slug };
      const handle = await client.workflow.start(TEAM_SYNC, {
        workflowId: `${teamSyncId(slug)}-gone`,
        taskQueue: TASK_QUEUE,
        args: [input],
      });
      await handle.result();
      return { workflowId: handle.workflowId };
    },
  },
  {
    name: 'check-of-the-connections',
    tell: async ({ client, db }) => {
      await db.update(connections).set({ checkedAt: new Date(0) });
      const workflowId = `connection-checks-${Date.now()}`;
      await client.workflow.execute(CONNECTION_CHECKS, { workflowId, taskQueue: TASK_QUEUE, args: [] });
      return { workflowId };
    },
  },
  {
    name: 'sync-that-fails',
    tell: async (rig) => {
      rig.simulator.faults.add({
        route: 'team/members/list_v2',
        fault: {
          kind: 'denied',
          status: 401,
          error: { '.tag': 'missing_scope', required_scope: 'members.read' },
        },
      });
      return syncOnce(rig);
    },
  },
];
