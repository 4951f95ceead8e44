/** How a seat stands, in words. */
import type { seat } from '../../http/contract/seats.ts';
import type { z } from '../../http/contract/zod.ts';
import { moment } from './words.ts';

type Seat = z.output<typeof seat>;

export const seatTitle = ({ state, memberStatus }: Seat): string =>
  memberStatus === null ? state : `${state} (member in Dropbox: ${memberStatus})`;

/** What is worth knowing besides the state, the most urgent first. */
export function seatNews({ attention, waitingFor, emailHold, switchedOff, invitation }: Seat): string[] {
  return [
    ...(attention ? [`! ${attention.message} ${attention.nextStep} (${attention.code})`] : []),
    ...(waitingFor ? [waitingText(waitingFor)] : []),
    ...(emailHold ? [`address held until ${moment(emailHold.until)}`] : []),
    ...(switchedOff ? [`would ${switchedOff.action}, but the settings switch that off`] : []),
    ...(invitation ? [invitation.nextStep] : []),
  ];
}

const WAITS_FOR: Record<NonNullable<Seat['waitingFor']>['kind'], string> = {
  email: 'waits for the address',
  seat: 'waits for a licence',
  date: 'waits for the date',
  connection: 'waits for the connection to Dropbox',
  brake: 'waits for a decision about the brake',
  person: 'paused by an operator',
};

function waitingText({ kind, place, until }: NonNullable<Seat['waitingFor']>): string {
  const turn = place === undefined ? '' : `, place ${place}`;
  const end = until === undefined ? '' : ` until ${moment(until)}`;
  return `${WAITS_FOR[kind]}${turn}${end}`;
}
