/** Which client serves a provider. */
export const kinds = ['github', 'gitlab', 'gitee', 'atomgit', 'gitea'] as const;
export type Kind = (typeof kinds)[number];

/** One configured Git host, as written in `infra/providers.yml`. URLs have no trailing slash. */
export interface ProviderSettings {
  /** Stable id, part of every URL that names the provider: `github`, `gitlab-acme`. */
  readonly id: string;
  readonly kind: Kind;
  /** What end users read. */
  readonly name: string;
  /** Generation of a host's API, where it has several (`2023`, `v5`). */
  readonly flavour?: string;
  /** Where people sign in and look at repositories, e.g. `https://github.com`. */
  readonly webUrl: string;
  /** Root of the REST API, e.g. `https://api.github.com`. */
  readonly apiUrl: string;
  readonly clientId: string;
  readonly scopes: readonly string[];
  /** The host always sends `iss` on the callback (RFC 9207): its absence is then refused. */
  readonly sendsIssuer?: boolean;
  /** App id, the issuer of the app's JWT. */
  readonly appId?: string;
  /** The app's name in its installation URL. */
  readonly appSlug?: string;
  readonly disabled?: boolean;
}
