import type { team } from 'dropbox';

/** The full admin's role; id and name as live teams show them, which is `Team` and not `Team admin`. */
export const TEAM_ADMIN_ROLE_ID = 'pid_dbtmr:AAAAAFMcx6E0tax39Kb0H671TzWLeE07dwaqFQ5fDRy2';

export const ROLES: readonly team.TeamMemberRole[] = [
  {
    role_id: TEAM_ADMIN_ROLE_ID,
    name: 'Team',
    description: 'Manage everything and access all permissions',
  },
  {
    role_id: 'pid_dbtmr:AAAAAFMcx6E1tax39Kb0H671UserManagementSimulated0001',
    name: 'User management',
    description: 'Add, remove and manage team members',
  },
  {
    role_id: 'pid_dbtmr:AAAAAFMcx6E2tax39Kb0H671HelpDeskSimulated00000000002',
    name: 'Support',
    description: 'Help members with their everyday questions',
  },
];

export const isTeamAdmin = (roleIds: readonly string[]): boolean => roleIds.includes(TEAM_ADMIN_ROLE_ID);
