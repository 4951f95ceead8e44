/** One seat in the words of the API. Pure. */
import { ATTENTION } from '../domain/attention.ts';
import { currentStep, type Plan } from '../domain/plan.ts';
import type { Attention, MemberStatus, SeatState, SkippedAction, Waiting } from '../domain/seat.ts';
import { UNMAILED_INVITATION } from '../domain/story.ts';
import { iso } from './times.ts';

/** Where links to workflows lead. */
export type TemporalLinks = { uiUrl: string; namespace: string };

export type SeatRecord = {
  slug: string;
  personId: string;
  workflowId: string;
  plan: Plan;
  planVersion: number;
  judgedPlan: number;
  state: SeatState;
  memberStatus: MemberStatus | null;
  holdUntil: Date | null;
  waiting: Waiting | null;
  attention: Attention | null;
  skipped: SkippedAction | null;
  /** Invited, and Dropbox mailed nothing. */
  unmailed?: boolean;
  /** Place among those who wait for the same address, 1 is next. */
  place: number | null;
};

export type Seat = {
  /** Slug. */
  connection: string;
  state: SeatState;
  memberStatus: MemberStatus | null;
  emailHold?: { until: string };
  waitingFor?: { kind: Waiting['kind']; since?: string; until?: string; place?: number };
  attention?: { code: string; message: string; nextStep: string; since: string; refusal?: string };
  switchedOff?: { action: SkippedAction['action']; at: string };
  /** Of an invitation that nobody was mailed about. */
  invitation?: { mailed: false; nextStep: string };
  planVersion: number;
  workflowId: string;
  temporalUrl: string;
};

export function seatView({ seat, links, now }: { seat: SeatRecord; links: TemporalLinks; now: Date }): Seat {
  const waitingFor = waitingOf({ seat, now });
  const { attention, skipped } = seat;
  return {
    connection: seat.slug,
    state: seat.state,
    memberStatus: seat.memberStatus,
    ...(seat.state === 'held' && seat.holdUntil !== null
      ? { emailHold: { until: iso(seat.holdUntil) } }
      : {}),
    ...(waitingFor === undefined ? {} : { waitingFor }),
    ...(attention === null ? {} : { attention: attentionView(attention) }),
    ...(skipped === null ? {} : { switchedOff: { action: skipped.action, at: skipped.at } }),
    ...(seat.unmailed === true ? { invitation: { mailed: false, nextStep: UNMAILED_INVITATION } } : {}),
    planVersion: seat.planVersion,
    workflowId: seat.workflowId,
    temporalUrl: `${links.uiUrl}/namespaces/${encodeURIComponent(links.namespace)}/workflows/${encodeURIComponent(seat.workflowId)}`,
  };
}

const attentionView = ({ code, since, tag }: Attention) => ({
  code,
  ...ATTENTION[code],
  since,
  ...(tag === undefined ? {} : { refusal: tag }),
});

/** Until Dropbox knows the person, a date that has not come is what the seat waits for. */
function waitingOf({ seat, now }: { seat: SeatRecord; now: Date }): Seat['waitingFor'] {
  const { waiting, plan, state, place } = seat;
  if (waiting !== null) {
    const inLine = place ?? waiting.place;
    return {
      kind: waiting.kind,
      since: waiting.since,
      ...(waiting.until === undefined ? {} : { until: waiting.until }),
      ...(inLine === undefined ? {} : { place: inLine }),
    };
  }
  const nowMs = now.getTime();
  const { step, nextAtMs } = currentStep({ plan, nowMs });
  const stepAtMs = Date.parse(step.at);
  const dateMs = stepAtMs > nowMs ? stepAtMs : step.desired === 'member' ? null : nextAtMs;
  if (state !== 'waiting' || dateMs === null) return undefined;
  return { kind: 'date', until: iso(new Date(dateMs)) };
}
