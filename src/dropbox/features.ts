import { z } from 'zod';
import type { Call, Timed } from './call.ts';
import { lenient } from './lenient.ts';
import type { CallOptions } from './transport.ts';

export type Features = Timed & {
  /** Whether the audit log has file operations; null where Dropbox does not say. */
  hasFileEvents: boolean | null;
};

const values = z.object({
  values: z.array(
    lenient(
      z.object({
        '.tag': z.literal('has_team_file_events'),
        has_team_file_events: z.object({ '.tag': z.literal('enabled'), enabled: z.boolean() }),
      }),
    ),
  ),
});

/** A read; throws DropboxFailure. */
export const featureCalls = (call: Call) => ({
  async features(options?: CallOptions): Promise<Features> {
    const { value, ...timed } = await call({
      invoke: (sdk) => sdk.teamFeaturesGetValues({ features: [{ '.tag': 'has_team_file_events' }] }),
      schema: values,
      write: false,
      options,
    });
    const said = value.values.find((feature) => feature !== undefined);
    return { hasFileEvents: said?.has_team_file_events.enabled ?? null, ...timed };
  },
});
