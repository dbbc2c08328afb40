import { ForgebridgeError } from '../errors.ts';

/** A host's answer, read whole. `body` is parsed JSON, or the text when it was not JSON. */
export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly body: unknown;
}

/** Reads an answer. An empty body is undefined; whatever is not JSON stays text. */
export async function readAnswer(response: Response): Promise<Answer> {
  const text = await response.text();
  return { status: response.status, headers: response.headers, body: parseLoosely(text) };
}

function parseLoosely(text: string): unknown {
  if (text === '') return undefined;
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

/**
 * A success whose body is text comes from something before the host, which may not have acted at all.
 *
 * @throws ForgebridgeError `ProviderProtocol`, `reason: 'unexpected_body'`.
 */
export function refuseText(body: unknown): void {
  if (typeof body !== 'string' || body === '') return;
  throw new ForgebridgeError('ProviderProtocol', { reason: 'unexpected_body' });
}

/** What zod's two builds have in common, so that wire schemas may use either. */
export interface Schema<T> {
  safeParse(value: unknown): { success: true; data: T } | { success: false; error: unknown };
}

/**
 * The body as its wire schema says.
 *
 * @throws ForgebridgeError `ProviderProtocol`, `reason: 'unexpected_body'`; the body itself is not
 * kept, it may hold a token.
 */
export function parseBody<T>(schema: Schema<T>, body: unknown): T {
  const parsed = schema.safeParse(body);
  if (parsed.success) return parsed.data;
  throw new ForgebridgeError('ProviderProtocol', { reason: 'unexpected_body' });
}

/**
 * The rows of a list as their wire schema says. A row that cannot be read or that `convert` makes
 * nothing of is left out, so that one of them does not cost the others; `leftOut` is told how many
 * there were. `null` is a list of nothing: so hosts write one that they never began.
 *
 * @throws ForgebridgeError `ProviderProtocol`, `reason: 'unexpected_body'` for what is no list.
 */
export function parseRows<T, R>(
  schema: Schema<T>,
  body: unknown,
  convert: (row: T) => R | undefined,
  leftOut: (rows: number) => void,
): R[] {
  if (body === null) return [];
  if (!Array.isArray(body))
    throw new ForgebridgeError('ProviderProtocol', { reason: 'unexpected_body' });
  const items = body
    .map((row: unknown) => schema.safeParse(row))
    .map((parsed) => (parsed.success ? convert(parsed.data) : undefined))
    .filter((item) => item !== undefined);
  if (items.length < body.length) leftOut(body.length - items.length);
  return items;
}
