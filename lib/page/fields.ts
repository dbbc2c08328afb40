/** What the form of a new repository carries. Nothing of it has been looked at. */
export type Fields = {
  readonly connection: string;
  /** Full name, before which `provider:` can stand. */
  readonly template: string;
  readonly namespace: string;
  readonly name: string;
  readonly description: string;
  readonly visibility: string;
  readonly ci: string;
  /** Where the product wants the person back. */
  readonly returnTo: string;
  readonly idempotencyKey: string;
};

/** A template as an address names it: `owner/name`, or `provider:owner/name`. */
export function templateOf(
  text: string,
  providers: readonly string[],
): { readonly provider?: string; readonly fullName: string } {
  const at = text.indexOf(':');
  const provider = text.slice(0, Math.max(at, 0));
  return providers.includes(provider)
    ? { provider, fullName: text.slice(at + 1) }
    : { fullName: text };
}

/** What a repository from that template may be called. */
export function nameFrom(fullName: string): string {
  return fullName.slice(fullName.lastIndexOf('/') + 1);
}
