/**
 * The closed list of reasons for which a command says no. src/http/problems.ts maps each to its HTTP status;
 * nobody matches messages.
 */
export type RefusalCode =
  | 'invalid'
  | 'unknown_person'
  | 'unknown_group'
  | 'not_found'
  /** Only who began an authorisation may look at it or save it. */
  | 'not_yours'
  /** The same id was used before, with other contents. */
  | 'conflict'
  | 'already_in_effect'
  | 'occurred_in_future'
  | 'scope_missing'
  | 'settings_conflict'
  /** What is asked for does not fit the present state. */
  | 'state_conflict'
  | 'already_connected'
  | 'expired';

/** One thing that is wrong; `field` is a path into the request, such as `people[3]`. */
export type RefusedField = { field: string; detail: string };

/** A command that was understood and is not carried out. Nothing was stored. */
export class CommandRefusal extends Error {
  readonly code: RefusalCode;
  /** One sentence for a person; may name ids of the request, never addresses or secrets. */
  readonly detail: string;
  readonly nextStep: string;
  readonly fields: readonly RefusedField[];

  constructor(refusal: {
    code: RefusalCode;
    detail: string;
    nextStep: string;
    fields?: readonly RefusedField[];
  }) {
    super(refusal.detail);
    this.name = 'CommandRefusal';
    this.code = refusal.code;
    this.detail = refusal.detail;
    this.nextStep = refusal.nextStep;
    this.fields = refusal.fields ?? [];
  }
}
