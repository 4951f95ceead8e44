import type { team } from 'dropbox';
import { type Route, refusal, teamRoute } from '../rpc/route.ts';
import { list, required, struct, tag } from '../rpc/shapes.ts';

const FEATURES = [
  'upload_api_rate_limit',
  'has_team_shared_dropbox',
  'has_team_file_events',
  'has_team_selective_sync',
  'has_distinct_member_homes',
  'other',
] as const;

/** The SDK's declarations do not know the newest feature. */
type FeatureValue =
  | team.FeatureValue
  | {
      '.tag': 'has_distinct_member_homes';
      has_distinct_member_homes: { '.tag': 'has_distinct_member_homes'; has_distinct_member_homes: boolean };
    };

/** Each value is a union inside a union; only the one of file events has an inner tag of another name. */
function featureValue({
  feature,
  hasFileEvents,
}: {
  feature: (typeof FEATURES)[number];
  hasFileEvents: boolean;
}): FeatureValue {
  switch (feature) {
    case 'upload_api_rate_limit':
      return { '.tag': feature, upload_api_rate_limit: { '.tag': 'limit', limit: 1_000_000_000 } };
    case 'has_team_shared_dropbox':
      return {
        '.tag': feature,
        has_team_shared_dropbox: { '.tag': feature, has_team_shared_dropbox: false },
      };
    case 'has_team_file_events':
      return { '.tag': feature, has_team_file_events: { '.tag': 'enabled', enabled: hasFileEvents } };
    case 'has_team_selective_sync':
      return { '.tag': feature, has_team_selective_sync: { '.tag': feature, has_team_selective_sync: true } };
    case 'has_distinct_member_homes':
      return {
        '.tag': feature,
        has_distinct_member_homes: { '.tag': feature, has_distinct_member_homes: true },
      };
    case 'other':
      return { '.tag': 'other' };
  }
}

const getValues = teamRoute<{ features: (typeof FEATURES)[number][] }, { values: FeatureValue[] }>({
  name: 'team/features/get_values',
  scope: 'team_info.read',
  argument: struct({ features: required(list(tag(new Set(FEATURES)))) }),
  handle({ world }, { features }) {
    if (features.length === 0) {
      throw refusal<team.FeaturesGetValuesBatchError>({ '.tag': 'empty_features_list' });
    }
    const hasFileEvents = world.settings.hasTeamFileEvents;
    return { values: features.map((feature) => featureValue({ feature, hasFileEvents })) };
  },
});

export const FEATURE_ROUTES: readonly Route[] = [getValues];
