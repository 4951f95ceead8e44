/** What a person authorised once. Holds no token: tokens are sealed texts that name their grant. */
export interface Grant {
  readonly id: string;
  /** Index of the team; null for a private account. */
  readonly team: number | null;
  /** Index of the admin who authorised it. */
  readonly admin: number | null;
  readonly scopes: readonly string[];
  /** With a refresh token. */
  readonly offline: boolean;
  readonly code: {
    readonly hash: string;
    readonly expiresAtMs: number;
    readonly redirectUri: string | null;
    readonly challenge: { readonly value: string; readonly method: 'S256' | 'plain' } | null;
    readonly used: boolean;
  };
  /** Neither access nor refresh tokens work. */
  readonly revoked: boolean;
  /** The refresh token alone is dead; access tokens live on until they expire. */
  readonly refreshRevoked: boolean;
  /** Access tokens of an earlier generation count as expired. */
  readonly accessGeneration: number;
}
