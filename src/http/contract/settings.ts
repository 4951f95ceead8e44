/** The settings of a connection. PUT replaces: what is left out takes its default. */
import { connectionParams } from './connections.ts';
import { ADMINS, NOTHING, operation, READERS } from './operation.ts';
import { duration, email, text } from './values.ts';
import { z } from './zod.ts';

const off = z.boolean().default(false);

const transferTo = z.union([z.enum(['none', 'manager']), z.strictObject({ email })], {
  error: 'must be "none", "manager" or {"email": "…"}',
});

const KEPT = { const: true };
/** What `settingsConflicts` refuses (src/domain/settings.ts), for readers of the document. */
const KEPT_ACCOUNT = {
  description: 'An account that is kept can neither be wiped nor have its files moved away.',
  allOf: [
    { not: { properties: { keepAccount: KEPT, wipe: { const: true } }, required: ['keepAccount', 'wipe'] } },
    {
      not: {
        properties: { keepAccount: KEPT, transferTo: { not: { const: 'none' } } },
        required: ['keepAccount', 'transferTo'],
      },
    },
  ],
};

/** @param dormantAfter the deployment's default (DORMANT_AFTER) */
const settingsBody = ({ dormantAfter }: { dormantAfter: string }) =>
  z
    .strictObject({
      provision: z
        .strictObject({ enabled: off, silent: off, role: text({ max: 128 }).optional() })
        .prefault({}),
      suspend: z.strictObject({ enabled: off, wipe: off }).prefault({}),
      deprovision: z
        .strictObject({
          enabled: off,
          wipe: off,
          transferTo: transferTo.default('none'),
          keepAccount: off,
          recoverOnReturn: z.boolean().default(true),
        })
        .openapi(KEPT_ACCOUNT)
        .prefault({}),
      invitation: z
        .strictObject({
          remindAfter: duration.default('P3D'),
          reminders: z.number().int().min(0).max(100).default(2),
          onExpiry: z.enum(['keep', 'cancel']).default('keep'),
          expireAfter: duration.default('P30D'),
        })
        .openapi({
          description:
            'Invitations that nobody accepts: reminders (none where provisioning is silent), and whether an old one is cancelled. The daily sync finds what is due.',
        })
        .prefault({}),
      protectAdmins: z.boolean().optional().openapi({
        description: 'Whether members with an admin role are left alone: neither suspended nor removed.',
      }),
      seatPrice: z.number().min(0).max(1_000_000).optional().openapi({
        description: 'What one seat costs a year, in your currency.',
      }),
      addressSwap: z.enum(['park', 'ask']).optional().openapi({
        description:
          'Two people swap addresses: `park` (as when it is left out) gives one of them an address on the same domain for a moment, `ask` leaves it to a person.',
      }),
      drift: z.enum(['adopt', 'revert', 'ask']).default('ask'),
      brake: z
        .strictObject({
          count: z.number().int().min(0).max(1_000_000).default(10),
          percent: z.number().min(0).max(100).default(5),
          window: duration.default('P1D'),
        })
        .prefault({}),
      dormantAfter: duration.default(dormantAfter),
    })
    .openapi('Settings');

const tag = 'Settings';
const settings = settingsBody({ dormantAfter: 'P60D' });

export const getProvisioning = operation({
  id: 'getProvisioning',
  method: 'get',
  path: '/v1/connections/{connection}/provisioning',
  tag,
  summary: 'What each action does, and whether it is enabled',
  roles: READERS,
  params: connectionParams,
  query: NOTHING,
  body: NOTHING,
  status: 200,
  answer: settings,
  refusals: [404],
});

export const putProvisioning = (defaults: { dormantAfter: string }) =>
  operation({
    id: 'putProvisioning',
    method: 'put',
    path: '/v1/connections/{connection}/provisioning',
    tag,
    summary: 'Replace the settings',
    description: 'What is left out takes its default, so an empty body switches every action off.',
    roles: ADMINS,
    params: connectionParams,
    query: NOTHING,
    body: settingsBody(defaults),
    status: 200,
    answer: settings,
    refusals: [404, 409, 422],
  });
