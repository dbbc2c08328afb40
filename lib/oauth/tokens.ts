/** What the provider handed out. Times are epoch milliseconds; a missing time means "does not expire". */
export interface TokenSet {
  readonly accessToken: string;
  /** Missing after a refresh: the old one stays in use. */
  readonly refreshToken?: string;
  readonly expiresAt?: number;
  readonly refreshExpiresAt?: number;
  /** As granted, which can be less than was asked for. Missing: the provider does not say. */
  readonly scopes?: readonly string[];
}

/** Begins one authorization at the provider (RFC 6749 section 4.1.1, RFC 7636). */
export interface AuthorizationRequest {
  readonly state: string;
  readonly redirectUri: string;
  /** S256 of the flow's verifier; a client whose host takes no PKCE leaves it out of the URL. */
  readonly codeChallenge: string;
}

/** Redeems the code of one authorization (RFC 6749 section 4.1.3). */
export interface CodeExchange {
  readonly code: string;
  readonly redirectUri: string;
  readonly codeVerifier: string;
}

export interface RefreshRequest {
  readonly refreshToken: string;
  /** The redirect URI of the authorization; some hosts want it again. */
  readonly redirectUri: string;
  /** Ends the attempt. Raised as `ProviderTimeout`: whether the provider acted is then unknown. */
  readonly signal: AbortSignal;
}
