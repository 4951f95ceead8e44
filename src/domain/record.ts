/** The words of the record: what is kept of everything that was said, decided, done and refused. */
import type { FactType, PersonState } from './fact.ts';
import type { PlanStep } from './plan.ts';
import type { AttentionCode, SeatState, SkippedAction, Waiting } from './seat.ts';
import type { Settings } from './settings.ts';

/** What is asked of Dropbox for a seat. */
export type IntentAction =
  | 'add'
  | 'adopt'
  | 'update'
  | 'recover'
  | 'remove'
  | 'suspend'
  | 'unsuspend'
  | 'remind'
  | 'transfer';
export type IntentOutcome = 'applied' | 'not_applied' | 'refused';

/** What an operator may decide about one seat. */
export type DecisionKind = 'retry' | 'recover' | 'approve' | 'adopt' | 'pause' | 'resume';

/** What happened. Ids, codes and times only: names and addresses go into `personal`. */
export type Happening =
  | {
      kind: 'fact';
      data: {
        fact: number;
        source: string;
        eventId: string;
        type: FactType;
        occurredAt: string;
        /** RFC 3339, or YYYY-MM-DD when a day was named. */
        effectiveAt: string;
        returnAt?: string;
        cancels?: string;
        state?: PersonState;
        groups?: string[];
        membership?: { group: string; member: boolean };
        managerExternalId?: string;
        timeZone?: string;
      };
    }
  | { kind: 'plan'; data: { steps: PlanStep[] } }
  | { kind: 'decision'; data: { decision: DecisionKind } }
  | {
      kind: 'action';
      data: {
        intent: number;
        action: IntentAction;
        choices: Record<string, unknown>;
        profileRevision: number | null;
      };
    }
  | {
      kind: 'outcome';
      data: { intent: number; action: IntentAction; outcome: IntentOutcome; refusal?: string };
    }
  | {
      kind: 'seat';
      data: {
        from: SeatState;
        to: SeatState;
        holdUntil?: string;
        attention?: AttentionCode;
        tag?: string;
        waiting?: Waiting['kind'];
        until?: string;
        skipped?: SkippedAction['action'];
        /** Attention that is over. */
        resolved?: AttentionCode;
        /** Learned from a sync, not from a step of ours. */
        seenBySync?: true;
      };
    }
  | { kind: 'settings'; data: { version: number; changed: string[]; settings: RecordedSettings } }
  | {
      kind: 'assignments';
      data: { added: RecordedAssignment[]; removed: RecordedAssignment[] };
    }
  | {
      kind: 'connection';
      data: {
        event:
          | 'connected'
          | 'reauthorised'
          | 'broken'
          | 'restored'
          | 'paused'
          | 'resumed'
          | 'disconnecting'
          | 'disconnected';
        team?: string;
        access?: 'read' | 'provision';
        code?: string;
      };
    }
  | {
      kind: 'authorization';
      data: { event: 'begun' | 'granted' | 'refused'; authorization: string; purpose: string; code?: string };
    }
  | { kind: 'api_key'; data: { event: 'created' | 'revoked'; key: string; role?: string } }
  | {
      kind: 'sign_in';
      data: { event: 'accepted' | 'refused' | 'forbidden'; role?: string; operation?: string };
    }
  | { kind: 'refusal'; data: { operation: string; code: string; eventId?: string } }
  | {
      kind: 'sync';
      data: { sync: string; event: 'succeeded' | 'failed'; code?: string; report?: Record<string, number> };
    };

export type RecordKind = Happening['kind'];

/** A destination that is an address is named by its kind; the address is in `personal`. */
export type RecordedSettings = Omit<Settings, 'deprovision'> & {
  deprovision: Omit<Settings['deprovision'], 'transferTo'> & { transferTo: 'none' | 'manager' | 'person' };
};
export type RecordedAssignment = { kind: 'everyone' | 'group' | 'person'; subject: string };

/** One entry, before it is sealed into its leaf. */
export type RecordEntry = Happening & {
  /** Who: an API key's id, `admin-key`, or `seatkeeper` for what follows by itself. */
  actor: string;
  /** External id. */
  person?: string;
  connection?: { id: string; slug: string };
  /** Versions that it was judged by. */
  plan?: number;
  settings?: number;
};

/** With names and addresses: kept as ciphertext under a key of `person`, or of `connection` where there is none. */
export type PersonalEntry = RecordEntry & { personal: Record<string, string> };

/** What happens by itself, on the strength of what was said before. */
export const OURSELVES = 'seatkeeper';
