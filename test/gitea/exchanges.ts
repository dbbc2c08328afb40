import { createHash } from 'node:crypto';
import type { Decision } from '../infra/local/sandbox/visit.ts';

/** A server to talk to: the real one, or the one that stands in for it. */
export interface Spoken {
  readonly webUrl: string;
  readonly apiUrl: string;
  readonly clientId: string;
  readonly clientSecret: string;
  readonly scopes: readonly string[];
  visit(authorizeUrl: string, choice?: Decision): Promise<URL>;
}

/** An answer without what differs from one run to the next. */
export interface Answer {
  readonly status: number;
  readonly link?: string;
  readonly total?: string;
  readonly body: unknown;
}

const redirectUri = 'http://localhost:3000/callback';
const verifier = 'verifier-verifier-verifier-verifier-verifier';
const base64 = (text: string) => Buffer.from(text).toString('base64');

/** Calls of the API, in order: each stands on what those before it have made. */
const calls: readonly (readonly [name: string, request: string, json?: object])[] = [
  ['version', 'GET /version'],
  ['user', 'GET /user'],
  ['organizations', 'GET /user/orgs?limit=1&page=1'],
  ['own repositories', 'GET /users/sandbox-user/repos?limit=50&page=1'],
  ['no such organization', 'GET /orgs/nobody/repos'],
  ['organization', 'GET /orgs/other-org'],
  ['nobody as organization', 'GET /orgs/nobody'],
  ['repository', 'GET /repos/Sandbox-User/NOTES'],
  ['no such repository', 'GET /repos/sandbox-user/nothing'],
  ['not for this user', 'GET /repos/templates/private'],
  ['generated', 'POST /repos/templates/starter/generate', generating('mine')],
  ['generated branch, not listed yet', 'GET /repos/sandbox-user/mine/branches/main'],
  ['branches', 'GET /repos/sandbox-user/mine/branches?limit=1'],
  ['branch', 'GET /repos/sandbox-user/mine/branches/main'],
  ['generated, ready', 'GET /repos/sandbox-user/mine'],
  ['no such branch', 'GET /repos/sandbox-user/mine/branches/nope'],
  ['generated, taken', 'POST /repos/templates/starter/generate', generating('Mine')],
  [
    'generated without content',
    'POST /repos/templates/starter/generate',
    { ...generating('x'), git_content: false },
  ],
  [
    'generated for another user',
    'POST /repos/templates/starter/generate',
    generating('x', 'other-user'),
  ],
  [
    'generated in an organization of others',
    'POST /repos/templates/starter/generate',
    generating('x', 'templates'),
  ],
  ['generated for nobody', 'POST /repos/templates/starter/generate', generating('x', 'nobody')],
  ['generated from no template', 'POST /repos/sandbox-user/notes/generate', generating('x')],
  ['forked', 'POST /repos/templates/starter/forks', { name: 'fork' }],
  ['forked again', 'POST /repos/templates/starter/forks', { name: 'fork-2' }],
  ['forked, taken', 'POST /repos/sandbox-org/handbook/forks', { name: 'notes' }],
  [
    'forked into an organization of others',
    'POST /repos/templates/starter/forks',
    { name: 'x', organization: 'templates' },
  ],
  [
    'forked into no organization',
    'POST /repos/templates/starter/forks',
    { name: 'x', organization: 'other-user' },
  ],
  [
    'created',
    'POST /user/repos',
    { name: 'plain', description: 'd', private: true, auto_init: true },
  ],
  ['created, taken', 'POST /user/repos', { name: 'Plain', auto_init: true }],
  ['created in an organization of others', 'POST /orgs/templates/repos', { name: 'x' }],
  ['created in no organization', 'POST /orgs/nobody/repos', { name: 'x' }],
  [
    'configured',
    'PATCH /repos/sandbox-user/plain',
    {
      description: 'A service',
      website: 'https://example.com',
      private: false,
      has_issues: false,
      has_wiki: false,
      has_actions: false,
    },
  ],
  ['configured at others', 'PATCH /repos/templates/starter', { description: 'x' }],
  ['deleted at others', 'DELETE /repos/templates/starter'],
  ['no such file', 'GET /repos/sandbox-user/plain/contents/no.md?ref=main'],
  ['committed', 'POST /repos/sandbox-user/plain/contents', committing('create', 'b.txt')],
  ['file', 'GET /repos/sandbox-user/plain/contents/b.txt?ref=main'],
  [
    'committed, there already',
    'POST /repos/sandbox-user/plain/contents',
    committing('create', 'b.txt'),
  ],
  [
    'committed over another',
    'POST /repos/sandbox-user/plain/contents',
    committing('update', 'b.txt', { sha: '0'.repeat(40) }),
  ],
  [
    'committed to no branch',
    'POST /repos/sandbox-user/plain/contents',
    committing('create', 'c.txt', {}, 'nope'),
  ],
  ['committed at others', 'POST /repos/templates/starter/contents', committing('create', 'a')],
  ['deleted', 'DELETE /repos/sandbox-user/plain'],
  ['deleted again', 'DELETE /repos/sandbox-user/plain'],
];

function generating(name: string, owner = 'sandbox-user') {
  return { owner, name, description: 'mark', private: true, git_content: true };
}

function committing(operation: string, path: string, more: object = {}, branch = 'main') {
  const files = [{ operation, path, content: base64('some text\n'), ...more }];
  return { branch, message: 'Seed', files };
}

/** Has all of it said by a server that is as it was in the beginning. */
export async function converse(server: Spoken): Promise<Record<string, Answer>> {
  const answers: Record<string, Answer> = {};
  const token = await signIn(server, answers);
  for (const [name, request, json] of calls) {
    const [method = '', path = ''] = request.split(' ');
    answers[name] = await call(server, token, method, path, json);
  }
  answers['token of nobody'] = await call(server, 'garbage', 'GET', '/user');
  const other = { ...server, scopes: ['read:user'] };
  const narrow = await signIn(other, {}, { account: 'other-user' });
  answers['scope lacking'] = await call(server, narrow, 'POST', '/user/repos', { name: 'x' });
  return answers;
}

async function signIn(
  server: Spoken,
  answers: Record<string, Answer>,
  choice: Decision = {},
): Promise<string> {
  const url = authorizeUrl(server);
  const denied = await server.visit(url, { ...choice, decision: 'deny' });
  answers.denied = { status: 303, body: Object.fromEntries(denied.searchParams) };
  const code = (await server.visit(url, choice)).searchParams.get('code') ?? '';
  const redeeming = {
    grant_type: 'authorization_code',
    redirect_uri: redirectUri,
    code,
    code_verifier: verifier,
  };
  const refused = {
    'code, wrong verifier': { ...redeeming, code_verifier: 'wrong' },
    'code, wrong secret': { ...redeeming, client_secret: 'x' },
    'code, unknown client': { ...redeeming, client_id: 'x' },
    'code, other address': { ...redeeming, redirect_uri: 'http://localhost:9' },
  };
  for (const [name, form] of Object.entries(refused))
    answers[name] = (await tokens(server, form))[0];
  const [redeemed, { access_token, refresh_token }] = await tokens(server, redeeming);
  answers.tokens = redeemed;
  const renewing = { grant_type: 'refresh_token', refresh_token: refresh_token ?? '' };
  const spent = {
    'code, spent': redeeming,
    'refresh, garbage': { ...renewing, refresh_token: 'garbage' },
    'refresh, wrong secret': { ...renewing, client_secret: 'x' },
    'refresh, unknown client': { ...renewing, client_id: 'x' },
    'another grant type': { grant_type: 'password' },
    refreshed: renewing,
  };
  for (const [name, form] of Object.entries(spent)) answers[name] = (await tokens(server, form))[0];
  return access_token ?? '';
}

function authorizeUrl({ webUrl, clientId, scopes }: Spoken): string {
  const url = new URL('/login/oauth/authorize', webUrl);
  url.search = new URLSearchParams({
    client_id: clientId,
    redirect_uri: redirectUri,
    response_type: 'code',
    state: 'the-state',
    scope: scopes.join(' '),
    code_challenge: createHash('sha256').update(verifier).digest('base64url'),
    code_challenge_method: 'S256',
  }).toString();
  return url.href;
}

async function tokens(
  server: Spoken,
  form: Record<string, string>,
): Promise<[Answer, Record<string, string | undefined>]> {
  const { clientId, clientSecret } = server;
  const response = await fetch(new URL('/login/oauth/access_token', server.webUrl), {
    method: 'POST',
    body: new URLSearchParams({ client_id: clientId, client_secret: clientSecret, ...form }),
  });
  const body = await response.json();
  const names = ['access_token', 'refresh_token'];
  const shown = Object.entries(body).map(([name, value]) => [
    name,
    names.includes(name) ? '…' : value,
  ]);
  return [{ status: response.status, body: Object.fromEntries(shown) }, body];
}

async function call(
  { webUrl, apiUrl }: Spoken,
  token: string,
  method: string,
  path: string,
  json?: object,
): Promise<Answer> {
  const response = await fetch(apiUrl + path, {
    method,
    redirect: 'manual',
    headers: {
      authorization: `Bearer ${token}`,
      ...(json === undefined ? {} : { 'content-type': 'application/json' }),
    },
    ...(json === undefined ? {} : { body: JSON.stringify(json) }),
  });
  const text = await response.text();
  const link = response.headers.get('link');
  const total = response.headers.get('x-total-count');
  return {
    status: response.status,
    ...(link === null ? {} : { link: plain(link, webUrl) }),
    ...(total === null ? {} : { total }),
    body: text === '' ? undefined : same(JSON.parse(text), webUrl),
  };
}

const counted = /^(id|size|\w+_count(er)?)$/;

/** The value without ids, sizes, times, hashes and the server's own address. */
function same(value: unknown, webUrl: string): unknown {
  if (typeof value === 'string') return plain(value, webUrl);
  if (Array.isArray(value)) return value.map((each) => same(each, webUrl));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, inner]) =>
      counted.test(name) && typeof inner === 'number' ? [name, 1] : [name, same(inner, webUrl)],
    ),
  );
}

function plain(text: string, webUrl: string): string {
  return text
    .replaceAll(webUrl, 'http://gitea.example')
    .replaceAll(`@${new URL(webUrl).hostname}:`, '@gitea.example:')
    .replace(/^\w+@gitea/, 'git@gitea')
    .replace(/\b20\d\d-\d\d-\d\dT[\d:]+(Z|[+-]\d\d:\d\d)/g, '2026-01-01T00:00:00Z')
    .replace(/\b[0-9a-f]{40}\b/g, '0'.repeat(40))
    .replace(/avatars\/[0-9a-f]+/g, 'avatars/0')
    .replace(/repo_id: \d+/g, 'repo_id: 1');
}
