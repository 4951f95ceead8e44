/**
 * The only door into workflows: queues, ids, inputs, messages. People appear by `ref` (the external id, or an opaque
 * id of ours), never by name or address.
 */
import { defineSignal } from '@temporalio/workflow';
import type { Plan } from '../src/domain/plan.ts';
import type { SeatView } from '../src/domain/seat.ts';
import type { LifecycleSettings } from '../src/domain/settings.ts';

/** Workflows, and activities that need PostgreSQL only. */
export const TASK_QUEUE = 'seatkeeper';
/** Activities that call Dropbox. */
export const DROPBOX_TASK_QUEUE = 'seatkeeper-dropbox';

export { teamSyncId } from '../src/domain/workflow-ids.ts';

export const USER_LIFECYCLE = 'userLifecycle';
export const TEAM_SYNC = 'teamSync';
/** Without input: PostgreSQL knows who is due. */
export const CONNECTION_CHECKS = 'connectionChecks';

export type UserLifecycleInput = {
  seatId: string;
  slug: string;
  personRef: string;
  plan: Plan;
  settings: LifecycleSettings;
  /** Carried over from the run before; a first run knows nothing. */
  view?: SeatView;
};

export type UserLifecycleResult = { state: SeatView['state']; planVersion: number };

/** The one signal, whatever the cause: what holds now. An older version than the known one changes nothing. */
export type SeatChanged = { plan: Plan; settings: LifecycleSettings };
export const seatChanged = defineSignal<[SeatChanged]>('seatChanged');

export type TeamSyncInput = { connectionId: string; slug: string };
export type TeamSyncResult = { outcome: 'succeeded' | 'under way already' | 'connection ended' };
