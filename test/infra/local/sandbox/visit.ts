/** What a person does on a consent page. */
export interface Decision {
  readonly decision?: 'allow' | 'deny';
  readonly account?: 'sandbox-user' | 'other-user';
  /** Scopes that the person does not grant. */
  readonly withhold?: readonly string[];
}

/**
 * Opens an authorization URL of the sandbox, decides there, and answers with the URL to which the
 * browser is sent back: the callback with its code or error.
 *
 * @throws Error with the page's text when the host shows no consent page and sends nobody back.
 */
export async function visitConsent(authorizeUrl: string, choice: Decision = {}): Promise<URL> {
  const shown = await fetch(authorizeUrl, { redirect: 'manual' });
  const early = shown.headers.get('location');
  if (early !== null) return new URL(early);
  const page = await shown.text();
  const action = /<form method="post" action="([^"]+)"/.exec(page)?.[1];
  const transaction = /name="transaction" value="([^"]+)"/.exec(page)?.[1];
  if (action === undefined || transaction === undefined) {
    throw new Error(`no consent page: ${shown.status} ${page}`);
  }
  const body = new URLSearchParams({
    transaction,
    decision: choice.decision ?? 'allow',
    account: choice.account ?? 'sandbox-user',
  });
  for (const scope of choice.withhold ?? []) body.append('withhold', scope);
  const decided = await fetch(new URL(action, authorizeUrl), {
    method: 'POST',
    body,
    redirect: 'manual',
  });
  const back = decided.headers.get('location');
  if (back === null) throw new Error(`not sent back: ${decided.status} ${await decided.text()}`);
  return new URL(back);
}
