/** Makes a person a member: claim the address, look, adopt or recover or add, look again. */
import { lookAgainMs } from '../src/domain/email-hold.ts';
import { currentStep } from '../src/domain/plan.ts';
import { dropboxName, type ProvisioningStep, provisioningStep } from '../src/domain/provisioning.ts';
import { refusalOf } from '../src/domain/refusals.ts';
import type { SeatState } from '../src/domain/seat.ts';
import type { Member } from '../src/dropbox/members.ts';
import { claimAddress } from '../src/store/claims/claim-address.ts';
import { emailKey } from '../src/store/claims/email-key.ts';
import { ownAddresses } from '../src/store/claims/hold-addresses.ts';
import type { Transaction } from '../src/store/database.ts';
import { endIntent, keepJob, lastApplied } from '../src/store/intents.ts';
import { saveSeat } from '../src/store/seats/save-seat.ts';
import { openCase, type Seat } from '../src/store/seats/seat-case.ts';
import { inTransaction } from '../src/store/transaction.ts';
import { type Claimed, claimForSeat, type ProvisionInput } from './claim-for-seat.ts';
import type { DropboxActivities } from './contract.ts';
import { type Look, look } from './member-look.ts';
import {
  afterContradiction,
  askForAttention,
  openIntentOf,
  type SeatDeps,
  seatStep,
  stateAtRest,
  stopForAttention,
  type Turn,
  versions,
  waitFor,
  write,
} from './seat-step.ts';

type ClaimedTurn = Turn<ProvisionInput, Claimed>;

/** Looks in one attempt, and one act less: adopt or recover what a refused add revealed, or add anew, then accept. */
const LOOKS = 4;
const ADD = 'team/members/add_v2';

/** Never success by itself, and not a failure either: another look tells. */
const ALREADY_ON_TEAM = 'user_already_on_team';

export const provisionSeat =
  (deps: SeatDeps): DropboxActivities['provisionSeat'] =>
  (input) =>
    seatStep({
      deps,
      input,
      begin: (found) => claimForSeat({ ...found, deps, input }),
      act: becomeMember,
    });

async function becomeMember(turn: ClaimedTurn): Promise<void> {
  const { deps, input, begun: claimed, client } = turn;
  let { openIntent } = claimed;
  let wasRefusedAsMember = false;
  let isUnrecoverable = false;
  let mayLookAgain = true;
  for (let i = 0; i < LOOKS; i += 1) {
    const { email } = claimed.profile;
    const seen = await look({ db: deps.db, client, seat: claimed.seat, email, openIntent });
    const refusal = seen.settled?.refusal;
    if (refusal !== undefined && refusal !== ALREADY_ON_TEAM) {
      return refuse({ deps, input, seat: claimed.seat, tag: refusal });
    }
    wasRefusedAsMember ||= refusal === ALREADY_ON_TEAM;
    const step = provisioningStep({
      personId: claimed.seat.personId,
      own: seen.own,
      byEmail: seen.byEmail,
      recoverOnReturn: mayRecover(claimed),
    });
    if (step.do === 'accept') return accept({ ...turn, member: step.member, seen });
    if (step.do === 'wait') return waitForDropbox({ ...turn, seen });
    if (step.do === 'flag') {
      return inTransaction(deps.db, (tx) => askForAttention({ tx, input, code: step.code }));
    }
    const former = accountToRecover({ claimed, step, wasRefusedAsMember });
    // Dropbox says that somebody is there whom it neither shows nor recovers.
    const isHidden = wasRefusedAsMember && (former === null || isUnrecoverable);
    if (step.do !== 'adopt' && isHidden) return waitForDropbox({ ...turn, seen });
    if (i === LOOKS - 1) return afterContradiction({ deps, input, action: 'add' });
    if (step.do === 'adopt') {
      const adopted = await adopt({ ...turn, member: step.member, mayLookAgain });
      if (adopted === 'over') return;
      mayLookAgain &&= adopted === 'sent';
    } else if (former !== null && !isUnrecoverable) {
      const recovered = await recover({ ...turn, teamMemberId: former });
      if (recovered === 'over') return;
      isUnrecoverable = recovered === 'refused';
    } else {
      const added = await add(turn);
      if (added === 'over') return;
      wasRefusedAsMember = added === 'already_on_team';
    }
    openIntent = await openIntentOf({ deps, input });
  }
}

/** The former account that is taken up again, if the person may have it back. */
function accountToRecover({
  claimed,
  step,
  wasRefusedAsMember,
}: {
  claimed: Claimed;
  step: ProvisioningStep<Member>;
  wasRefusedAsMember: boolean;
}): string | null {
  if (step.do === 'recover') return step.member.teamMemberId;
  // The address is taken, and nobody is shown with it: a removed member that can be recovered.
  const { seat } = claimed;
  const mayComeBack = seat.memberStatus === 'removed' && mayRecover(claimed);
  return wasRefusedAsMember && mayComeBack ? seat.teamMemberId : null;
}

/** By the settings, or because an operator decided so. */
function mayRecover({ seat, settings }: Pick<Claimed, 'seat' | 'settings'>): boolean {
  const { cause } = currentStep({ plan: seat.plan, nowMs: Date.now() }).step;
  const isDecided = cause !== null && 'decision' in cause && cause.kind !== 'adopt';
  return isDecided || settings.deprovision.recoverOnReturn;
}

const SETTING_UP = { state: 'provisioning' } as const;

async function adopt({
  deps,
  input,
  begun: claimed,
  client,
  member,
  mayLookAgain,
}: ClaimedTurn & { member: Member; mayLookAgain: boolean }) {
  const { personId: externalId } = claimed.seat;
  return write({
    deps,
    input,
    intent: { action: 'adopt', profileRevision: null, choices: {}, ...SETTING_UP },
    mayLookAgain,
    call: async (options) => {
      await client.setProfile({
        teamMemberId: member.teamMemberId,
        changes: { externalId },
        ...options,
      });
    },
  });
}

async function recover({ deps, input, client, teamMemberId }: ClaimedTurn & { teamMemberId: string }) {
  return write({
    deps,
    input,
    intent: { action: 'recover', profileRevision: null, choices: {}, ...SETTING_UP },
    // An account that is gone is no reason to ask anybody: the person is invited anew.
    mayLookAgain: true,
    call: async (options) => {
      await client.recoverMember({ teamMemberId, ...options });
    },
  });
}

async function add({
  deps,
  input,
  begun: claimed,
  client,
}: ClaimedTurn): Promise<'sent' | 'over' | 'already_on_team'> {
  const { profile, seat, settings } = claimed;
  const { silent, role } = settings.provision;
  const refused: { tag?: string; intentId?: number } = {};
  const sent = await write({
    deps,
    input,
    intent: {
      action: 'add',
      profileRevision: input.profileRevision,
      choices: { silent, ...(role === undefined ? {} : { role }) },
      ...SETTING_UP,
    },
    mayLookAgain: false,
    call: async (options, intentId) => {
      const launch = await client.addMembers({
        ...options,
        members: [
          {
            email: profile.email,
            externalId: seat.personId,
            sendWelcomeEmail: !silent,
            givenName: dropboxName(profile.givenName),
            surname: dropboxName(profile.surname),
            roleIds: role === undefined ? undefined : [role],
          },
        ],
      });
      if (launch.outcome === 'job') return keepJob({ db: deps.db, intentId, jobId: launch.jobId });
      const [result] = launch.results;
      if (result?.outcome === 'refused') Object.assign(refused, { tag: result.tag, intentId });
    },
  });
  const { tag, intentId } = refused;
  if (sent !== 'sent') return 'over';
  if (tag === undefined || intentId === undefined) return sent;
  await inTransaction(deps.db, (tx) => endIntent({ tx, intentId, outcome: 'refused', refusal: tag }));
  if (tag === ALREADY_ON_TEAM) return 'already_on_team';
  await refuse({ deps, input, seat, tag });
  return 'over';
}

/** Dropbox does not make this person a member: nothing is there, and a person must look. */
async function refuse({
  deps,
  input,
  seat,
  tag,
}: Pick<ClaimedTurn, 'deps' | 'input'> & { seat: Seat; tag: string }): Promise<void> {
  const { code } = refusalOf({ route: ADD, tag });
  await inTransaction(deps.db, (tx) => stopForAttention({ tx, input, seat, code, tag }));
}

/** The address belongs to a former account that Dropbox can still recover: it is nobody's until then. */
async function waitForDropbox({
  deps,
  input,
  begun: claimed,
  seen,
}: ClaimedTurn & { seen: Look }): Promise<void> {
  const nowMs = Date.now();
  const { holdUntil, waiting } = claimed.seat;
  const isOver = holdUntil === null || holdUntil.getTime() <= nowMs;
  const since = waiting?.kind === 'email' ? waiting.since : new Date(nowMs).toISOString();
  const lookAgainAt = isOver
    ? lookAgainMs({ nowMs, holdUntilMs: Date.parse(since), holdMs: deps.emailHoldMs })
    : holdUntil.getTime();
  await inTransaction(deps.db, async (tx) => {
    await saveSeat({
      tx,
      seatId: input.seatId,
      changes: { state: stateAtRest(claimed.seat), readBackAt: seen.at },
    });
    await waitFor({
      tx,
      input,
      since,
      waiting: {
        kind: 'email',
        lookAgainAt: new Date(lookAgainAt).toISOString(),
        ...(isOver ? {} : { until: holdUntil.toISOString() }),
      },
    });
  });
}

/** The member is there: seat, claims and profile follow what Dropbox shows. */
async function accept({
  deps,
  input,
  begun: claimed,
  member,
  seen,
}: ClaimedTurn & { member: Member; seen: Look }): Promise<void> {
  const { seat, connection } = claimed;
  await inTransaction(deps.db, async (tx) => {
    await openCase({ tx, seatId: seat.id });
    const key = emailKey(member.email);
    await claimAddress({ tx, connectionId: connection.id, emailKey: key, seatId: seat.id });
    await ownAddresses({ tx, seatId: seat.id });
    await saveSeat({
      tx,
      seatId: seat.id,
      changes: {
        state: stateOf(member),
        memberStatus: member.status,
        teamMemberId: member.teamMemberId,
        profileRevision: await revisionOf({ tx, claimed, member, input }),
        holdUntil: null,
        readBackAt: seen.at,
      },
      judgement: versions(input),
    });
  });
}

/** What of HR's the member has: of what HR changes later, only the difference is carried over. */
async function revisionOf({
  tx,
  claimed: { seat },
  member,
  input,
}: {
  tx: Transaction;
  claimed: Claimed;
  member: Member;
  input: ProvisionInput;
}): Promise<number> {
  const actions = ['add', 'adopt', 'update', 'recover', 'remove'] as const;
  const last = await lastApplied({ tx, seatId: seat.id, actions });
  // Perhaps for a plan before this one.
  if (last?.action === 'add' && last.profileRevision !== null) return last.profileRevision;
  // An adopted member keeps its names and counts as up to date.
  const known = seat.teamMemberId === member.teamMemberId ? seat.profileRevision : null;
  return known ?? input.profileRevision;
}

function stateOf({ status }: Member): SeatState {
  switch (status) {
    case 'invited':
    case 'active':
    case 'suspended':
      return status;
    case 'removed':
    case 'unknown':
      throw new Error('only a member that is there is accepted');
    default:
      return status satisfies never;
  }
}
