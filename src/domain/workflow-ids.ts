/** Ids that people meet in the Temporal UI. Slug and person never change, so neither do these. */

/** The lifecycle of one person's seat on one connection. */
export const userLifecycleId = ({ slug, personRef }: { slug: string; personRef: string }): string =>
  `user-lifecycle/${slug}/${personRef}`;

/** A connection's schedule, and the beginning of the ids of the runs that it starts. */
export const teamSyncId = (slug: string): string => `team-sync/${slug}`;
