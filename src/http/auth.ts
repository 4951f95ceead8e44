/** Who calls, and what the role of their key allows. */
import type { RequestHandler, Response } from 'express';
import type { AccessRecord } from '../commands/access-record.ts';
import { type Caller, callerOf } from '../commands/api-keys.ts';
import type { Operation } from './contract/operation.ts';
import type { Http } from './deps.ts';
import { problem } from './problems.ts';

/** Printable ASCII without spaces: what any of our keys is made of. */
const BEARER = /^Bearer +([\x21-\x7e]{1,512}) *$/i;

type Guard = { access: AccessRecord };

export function authenticate({ db, config, access }: Pick<Http, 'db' | 'config'> & Guard): RequestHandler {
  return async (req, res, next) => {
    const header = req.get('authorization');
    const key = BEARER.exec(header ?? '')?.[1];
    const caller = key === undefined ? null : await callerOf({ db, key, adminKey: config.adminApiKey });
    if (caller === null) {
      if (key !== undefined) await access.signInRefused();
      const challenge = header === undefined ? '' : ', error="invalid_token"';
      throw problem('unauthenticated', {
        detail: header === undefined ? 'The request has no API key.' : 'The API key is not valid.',
        headers: { 'WWW-Authenticate': `Bearer realm="seatkeeper"${challenge}` },
      });
    }
    await access.signedIn(caller);
    res.locals.caller = caller;
    next();
  };
}

/** Set by `authenticate`, which every operation passes. */
export const callerIn = (res: Response): Caller => res.locals.caller as Caller;

export const permit =
  ({
    operation: { id, roles },
    access,
  }: { operation: Pick<Operation, 'id' | 'roles'> } & Guard): RequestHandler =>
  async (_req, res, next) => {
    const caller = callerIn(res);
    const { role } = caller;
    if (!roles.includes(role)) {
      await access.forbidden({ caller, operation: id });
      throw problem('forbidden', {
        detail: `A key of the role ${role} may not do that; it takes ${roles.join(' or ')}.`,
      });
    }
    next();
  };
