/** The counts that a connection and its licences share. */
import { time } from './values.ts';
import { z } from './zod.ts';

export const count = z.number().int();

export const dormantMembers = count.nullable().openapi({
  description:
    'How many members are dormant. Null: not known, since the activity has not been read completely.',
});

export const figures = {
  purchased: count.openapi({ description: 'Licences that were bought.' }),
  provisioned: count.openapi({ description: 'Licences given to members and to people invited.' }),
  used: count,
  available: count.openapi({ description: '`purchased` − `used`; below zero when too few were bought.' }),
  wasted: count.openapi({
    description:
      'Seats of suspended and of dormant members. At least: where `dormant` is null, suspended ones only.',
  }),
  takenAt: time.openapi({ description: 'When Dropbox was last asked.' }),
};

export const licenceFigures = z.object(figures).openapi('LicenceFigures');
