import type { Refusal } from '../refusal.ts';

/** The names in one of GitHub's scope headers. */
export function scopeList(header: string | null): string[] {
  return (header ?? '').split(/[ ,]+/).filter(Boolean);
}

/**
 * Whether an OAuth app's token has none of the scopes that the call takes. GitHub tells both; tokens
 * of GitHub Apps have no scopes and no such headers.
 */
export function lacksScope({ headers }: Refusal): boolean {
  const granted = headers.get('x-oauth-scopes');
  const accepted = scopeList(headers.get('x-accepted-oauth-scopes'));
  return (
    granted !== null && accepted.length > 0 && !scopeList(granted).some((s) => accepted.includes(s))
  );
}

/** How a scope is named where no header tells. */
export const inWords = /need(?:s)? at least (\S+) scope/i;

/** What would do: as a header of the refusal lists it, and first what its words name. */
export function scopesWanted(refusal: Refusal | undefined): string[] {
  if (refusal === undefined) return [];
  const accepted = scopeList(refusal.headers.get('x-accepted-oauth-scopes')).filter((scope) =>
    /^[\w:]+$/.test(scope),
  );
  const named = inWords.exec(refusal.said)?.[1];
  return named === undefined ? accepted : [named, ...accepted.filter((scope) => scope !== named)];
}

/** Permissions of an app that would do, as people read them: `administration: write`. */
export function permissionsIn(header: string): string {
  return header.replaceAll('=', ': ');
}

/** Which permissions of an app a call takes (docs.github.com/rest/using-the-rest-api/troubleshooting-the-rest-api). */
export const permissionsHeader = 'x-accepted-github-permissions';

/** What an app is told that lacks one. */
export const notAccessible = /not accessible by (integration|personal access token)/i;
