import type { Context } from 'hono';
import { HTTPException } from 'hono/http-exception';
import type { ContentfulStatusCode } from 'hono/utils/http-status';

/** Fields of a body, as they came; nothing about them is known yet. */
export type Fields = Readonly<Record<string, unknown>>;

/** Ends the request with a JSON error. */
export function refuse(
  status: ContentfulStatusCode,
  body: unknown,
  headers: Record<string, string> = {},
): never {
  throw new HTTPException(status, { res: Response.json(body, { status, headers }) });
}

/** Ends the request with a plain text error. */
export function refuseText(status: ContentfulStatusCode, text: string): never {
  const headers = { 'content-type': 'text/plain; charset=utf-8' };
  throw new HTTPException(status, { res: new Response(text, { status, headers }) });
}

function isFields(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function contentType(c: Context): string {
  return (c.req.header('content-type') ?? '').split(';')[0]?.trim().toLowerCase() ?? '';
}

/** The JSON object of a request; undefined when its type or content is not one. */
export async function jsonOf(c: Context): Promise<Fields | undefined> {
  if (contentType(c) !== 'application/json') return undefined;
  try {
    const value: unknown = JSON.parse(await c.req.text());
    return isFields(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

/** String fields of a form or a JSON body. Never of the query: secrets do not belong there. */
export async function formOf(c: Context): Promise<Readonly<Record<string, string>>> {
  if (contentType(c) === 'application/x-www-form-urlencoded') {
    return Object.fromEntries(new URLSearchParams(await c.req.text()));
  }
  const fields = Object.entries((await jsonOf(c)) ?? {});
  return Object.fromEntries(
    fields.flatMap(([name, value]) => (typeof value === 'string' ? [[name, value]] : [])),
  );
}

/** All fields of a form or a JSON body. */
export async function fieldsOf(c: Context): Promise<Fields> {
  return (await jsonOf(c)) ?? (await formOf(c));
}

/** A list of objects in a body. */
export function listIn(fields: Fields, name: string): Fields[] {
  const value = fields[name];
  return Array.isArray(value) ? value.filter(isFields) : [];
}

/** A field as text; numbers count as text, as the hosts take them. */
export function textIn(fields: Fields, name: string): string | undefined {
  const value = fields[name];
  return typeof value === 'string' || typeof value === 'number' ? String(value) : undefined;
}

/** A switch, as JSON or as form text. */
export function flagIn(fields: Fields, name: string): boolean | undefined {
  const value = fields[name];
  if (value === true || value === 'true' || value === '1' || value === 1) return true;
  if (value === false || value === 'false' || value === '0' || value === 0) return false;
  return undefined;
}

/** Strings of a list field. */
export function textsIn(fields: Fields, name: string): string[] | undefined {
  const value = fields[name];
  return Array.isArray(value) ? value.filter((each) => typeof each === 'string') : undefined;
}

/** Base64 as bytes, or undefined when it is not base64. */
export function bytesOf(base64: string): Buffer | undefined {
  const compact = base64.replaceAll('\n', '');
  const bytes = Buffer.from(compact, 'base64');
  return bytes.toString('base64').replace(/=+$/, '') === compact.replace(/=+$/, '')
    ? bytes
    : undefined;
}

/** `2026-01-31T08:15:00Z`, or with the eight hours of China's time zone and milliseconds. */
export function isoTime(epochMs: number, zone: 'Z' | '+08:00' = 'Z'): string {
  if (zone === 'Z') return new Date(epochMs).toISOString().replace(/\.\d+Z$/, 'Z');
  return new Date(epochMs + 8 * 3_600_000).toISOString().replace('Z', '+08:00');
}

export interface Paged<T> {
  readonly items: readonly T[];
  readonly page: number;
  readonly perPage: number;
  readonly total: number;
  readonly pages: number;
  /** RFC 8288 `Link`; missing when there is one page. */
  readonly link?: string;
}

/** The page that `page` and `per_page` (at most 100) ask for; `address` is the resource's URL. */
export function paged<T>(c: Context, all: readonly T[], address: string, usual = 20): Paged<T> {
  const number = (name: string, otherwise: number) =>
    Math.max(1, Math.trunc(Number(c.req.query(name) ?? otherwise)) || otherwise);
  const perPage = Math.min(100, number('per_page', usual));
  const page = number('page', 1);
  const pages = Math.max(1, Math.ceil(all.length / perPage));
  const to = (target: number, rel: string) => {
    const url = new URL(address);
    for (const [name, value] of new URL(c.req.url).searchParams) url.searchParams.set(name, value);
    url.searchParams.set('page', String(target));
    return `<${url.href}>; rel="${rel}"`;
  };
  const links = [
    ...(page > 1 ? [to(page - 1, 'prev'), to(1, 'first')] : []),
    ...(page < pages ? [to(page + 1, 'next'), to(pages, 'last')] : []),
  ];
  return {
    items: all.slice((page - 1) * perPage, page * perPage),
    page,
    perPage,
    total: all.length,
    pages,
    ...(links.length > 0 ? { link: links.join(', ') } : {}),
  };
}
