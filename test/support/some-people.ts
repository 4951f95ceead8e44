/** People with ids of their own, brought to the state that a test begins with. */
import type { Seat } from '../../src/store/seats/seat-case.ts';
import { joiner, leaver, type Rig } from './rig.ts';

export type SomePeople = {
  /** An id that nobody has yet. */
  newId(): string;
  invited(): Promise<string>;
  /** Accepted the invitation; the seat learns of it when it looks next. */
  active(): Promise<string>;
  held(): Promise<string>;
};

export const is = (state: Seat['state']) => (seat: Seat) => seat.state === state;
export const asks = (code: string) => (seat: Seat) => seat.attention?.code === code;

/** @param rig asked when somebody is wanted, since it is started before the tests and not with them */
export function somePeople({ rig, prefix }: { rig: () => Rig; prefix: string }): SomePeople {
  let counter = 0;
  const newId = (): string => {
    counter += 1;
    return `${prefix}${counter}`;
  };
  const invited = async (): Promise<string> => {
    const id = newId();
    await rig().send(joiner(id));
    await rig().until(id, is('invited'));
    return id;
  };
  const active = async (): Promise<string> => {
    const id = await invited();
    rig().simulator.byHand.accept({ externalId: id });
    return id;
  };
  const held = async (): Promise<string> => {
    const id = await active();
    await rig().send(leaver(id));
    await rig().until(id, is('held'));
    return id;
  };
  return { newId, invited, active, held };
}
