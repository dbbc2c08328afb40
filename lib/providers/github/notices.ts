import type { Refusal } from '../refusal.ts';

/** The notice of a takedown, where the refusal names one. */
export function blockOf({ body }: Refusal): { notice: string } {
  const { block } = Object(body) as { block?: { html_url?: unknown } | null }; // any shape
  const address = block?.html_url;
  const known = typeof address === 'string' && /^https:\/\/github\.com\/[\w./-]+$/.test(address);
  return { notice: known ? ` The notice is at ${address}.` : '' };
}

/** Where its members sign on, as the header of the refusal says, without what is only for once. */
export function signOnPage({ headers }: Refusal): { page: string } {
  const url = /url=(https:\/\/[\w.:-]+\/(?:orgs|enterprises)\/[\w.-]+\/sso)\b/.exec(
    headers.get('x-github-sso') ?? '',
  )?.[1];
  return { page: url === undefined ? '' : ` (${url})` };
}
