import type { Fault } from '../faults.ts';
import type { Grant } from '../oauth/grant.ts';
import type { Team } from '../team.ts';
import type { World } from '../world.ts';
import type { Place, Shape } from './shapes.ts';

/** A route's own refusal; becomes 409 with the error union as body. */
export class Refusal extends Error {
  override readonly name = 'Refusal';
  readonly code = 'refusal';
  readonly error: { '.tag': string };

  constructor(error: { '.tag': string }) {
    super(error['.tag']);
    this.error = error;
  }
}

/** Ties the refusal to the route's error union, as the SDK declares it. */
export const refusal = <RouteError extends { '.tag': string }>(error: RouteError): Refusal =>
  new Refusal(error);

/** One authorised call. */
export interface Call {
  readonly world: World;
  readonly grant: Grant;
  /** The fault that struck this call, where the handler itself has to play along. */
  readonly fault: Fault | null;
}

export interface TeamCall extends Call {
  readonly team: Team;
}

export interface Route {
  readonly name: string;
  /** Null where Dropbox asks for none. */
  readonly scope: string | null;
  readonly auth: 'team' | 'user' | 'any';
  /** No argument: an empty body, `null` and `{}` are all the same. */
  readonly isVoid: boolean;
  run(input: { call: Call; body: unknown; place: Place }): unknown;
}

interface RouteDefinition<Argument, Result> {
  readonly name: string;
  readonly scope: string;
  readonly argument: Shape<Argument> | null;
  /** Returns the result, or throws a Refusal. `undefined` is sent as `null`. */
  handle(call: TeamCall, argument: Argument): Result;
}

/** A team route, typed by the SDK's own declarations of its argument and result. */
export function teamRoute<Argument, Result>(definition: RouteDefinition<Argument, Result>): Route {
  const { name, scope, argument, handle } = definition;
  return {
    name,
    scope,
    auth: 'team',
    isVoid: argument === null,
    run({ call, body, place }) {
      const checked = argument === null ? (undefined as Argument) : argument(body, place);
      // The dispatcher lets only team tokens through to here.
      return handle({ ...call, team: call.world.team(call.grant.team ?? -1) }, checked);
    },
  };
}
