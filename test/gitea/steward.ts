import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import type { Seed } from '../../infra/local/sandbox/options.ts';
import type { HostState } from '../../infra/local/sandbox/state.ts';
import { steward } from './server.ts';

/** Where the steward works. */
export interface Place {
  readonly url: string;
  readonly folder: string;
}

/** What everybody's password is. */
export const password = 'only-for-these-tests-too';

const people = ['sandbox-user', 'other-user'];
const organizations = { 'sandbox-org': people, 'other-org': ['sandbox-user'], templates: [] };

type Json = Record<string, unknown>;

/** Sends a request as the steward, who may do everything. */
export async function ask<T = Json>(
  { url }: Pick<Place, 'url'>,
  method: string,
  path: string,
  json?: Json,
): Promise<T> {
  const credentials = Buffer.from(`${steward.name}:${steward.password}`).toString('base64');
  const response = await fetch(`${url}/api/v1${path}`, {
    method,
    headers: { authorization: `Basic ${credentials}`, 'content-type': 'application/json' },
    ...(json === undefined ? {} : { body: JSON.stringify(json) }),
  });
  const text = await response.text();
  if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${text}`);
  return (text === '' ? undefined : JSON.parse(text)) as T; // as the caller knows of that path
}

const starter = {
  'README.md': '# Starter\n\nA small project to begin from.\n',
  '.gitignore': 'node_modules/\n',
  'package.json': '{\n  "name": "starter",\n  "private": true\n}\n',
  'src/index.js': "console.log('hello');\n",
  'docs/guide.md': '# Guide\n',
};

/** The world that every stand-in begins with, and the app: its client id and secret. */
export async function furnish(
  place: Place,
  redirectUris: readonly string[],
): Promise<{ clientId: string; clientSecret: string }> {
  for (const login of people) {
    await ask(place, 'POST', '/admin/users', {
      username: login,
      full_name: login.replace('-', ' ').replace(/\b\w/g, (letter) => letter.toUpperCase()),
      email: `${login}@localhost.test`,
      password,
      must_change_password: false,
    });
  }
  await seed(place, {
    organizations: Object.entries(organizations).map(([login, members]) => ({ login, members })),
    repositories: [
      template('starter', { files: starter }),
      template('empty', { files: {} }),
      template('private', { files: starter, visibility: 'private' }),
      {
        owner: 'sandbox-user',
        name: 'notes',
        visibility: 'public',
        files: { 'README.md': '# Notes\n' },
      },
      {
        owner: 'sandbox-org',
        name: 'handbook',
        visibility: 'private',
        files: { 'README.md': '# Handbook\n' },
      },
    ],
  });
  const app = await ask<{ client_id: string; client_secret: string }>(
    place,
    'POST',
    '/user/applications/oauth2',
    {
      name: 'forgebridge',
      redirect_uris: redirectUris,
      confidential_client: true,
    },
  );
  return { clientId: app.client_id, clientSecret: app.client_secret };
}

function template(name: string, more: Partial<SeedRepository>): SeedRepository {
  const usual = { owner: 'templates', name, description: `Template: ${name}`, isTemplate: true };
  return { visibility: 'public', ...usual, ...more };
}
type SeedRepository = NonNullable<Seed['repositories']>[number];

/** As the sandbox's own `seed`. */
export async function seed(place: Place, wanted: Seed): Promise<void> {
  for (const { login, members } of wanted.organizations ?? []) {
    await ask(place, 'POST', '/orgs', { username: login });
    if (members.length === 0) continue;
    const team = await ask<{ id: number }>(place, 'POST', `/orgs/${login}/teams`, {
      name: 'makers',
      permission: 'admin',
      can_create_org_repo: true,
      includes_all_repositories: true,
      units: ['repo.code', 'repo.issues', 'repo.wiki', 'repo.actions'],
    });
    for (const member of members) await ask(place, 'PUT', `/teams/${team.id}/members/${member}`);
  }
  for (const { copies, name, ...repository } of wanted.repositories ?? []) {
    const names =
      copies === undefined ? [name] : [...Array(copies).keys()].map((n) => `${name}-${n + 1}`);
    for (const each of names) await addRepository(place, { ...repository, name: each });
  }
}

async function addRepository(place: Place, wanted: SeedRepository): Promise<void> {
  const { owner, name, description = '', visibility = 'private', isTemplate = false } = wanted;
  const files = Object.entries(wanted.files ?? { 'README.md': `# ${name}\n` });
  await ask(place, 'POST', `/admin/users/${owner}/repos`, {
    name,
    description,
    private: visibility !== 'public',
    template: isTemplate,
    default_branch: 'main',
  });
  if (files.length > 0) {
    await ask(place, 'POST', `/repos/${owner}/${name}/contents`, {
      branch: 'main',
      message: 'Initial commit',
      files: files.map(([path, text]) => ({
        operation: 'create',
        path,
        content: Buffer.from(text).toString('base64'),
      })),
    });
  }
  if (wanted.protected === true) {
    await ask(place, 'POST', `/repos/${owner}/${name}/branch_protections`, {
      rule_name: 'main',
      enable_push: false,
    });
  }
}

interface WireRepository {
  readonly id: number;
  readonly name: string;
  readonly full_name: string;
  readonly description: string;
  readonly website: string;
  readonly private: boolean;
  readonly has_issues: boolean;
  readonly has_wiki: boolean;
  readonly has_actions: boolean;
  readonly default_branch: string;
  readonly created_at: string;
  readonly parent?: { readonly full_name: string };
}

async function everyRepository(place: Place): Promise<WireRepository[]> {
  const all: WireRepository[] = [];
  for (let page = 1; ; page += 1) {
    const query = `/repos/search?limit=50&page=${page}&sort=id`;
    const { data } = await ask<{ data: WireRepository[] }>(place, 'GET', query);
    all.push(...data);
    if (data.length < 50) return all;
  }
}

async function everyOrganization(place: Place): Promise<{ id: number; name: string }[]> {
  const all: { id: number; name: string }[] = [];
  for (let page = 1; ; page += 1) {
    const found = await ask<typeof all>(place, 'GET', `/orgs?limit=50&page=${page}`);
    all.push(...found);
    if (found.length < 50) return all;
  }
}

/** As the sandbox's own `state`, read from the server and from the Git repositories themselves. */
export async function state(place: Place): Promise<HostState> {
  const users = await ask<{ id: number; login: string }[]>(place, 'GET', '/admin/users?limit=50');
  const accounts = [
    ...users.map(({ id, login }) => ({ id, login, kind: 'user' as const })),
    ...(await everyOrganization(place)).map(({ id, name }) => ({
      id,
      login: name,
      kind: 'organization' as const,
    })),
  ];
  const repositories = await everyRepository(place);
  return {
    accounts: accounts.map((each) => ({ ...each, name: each.login, members: [], createdAt: 0 })),
    tokens: [],
    codes: [],
    repositories: repositories.map((each) => ({
      id: each.id,
      name: each.name,
      path: each.name,
      fullName: each.full_name,
      description: each.description,
      homepage: each.website,
      visibility: each.private ? 'private' : 'public',
      hasIssues: each.has_issues,
      hasWiki: each.has_wiki,
      ci: each.has_actions,
      defaultBranch: each.default_branch,
      createdAt: Date.parse(each.created_at),
      parent: each.parent?.full_name,
      template: undefined,
      importStatus: 'none',
      branches: branchesOf(place, each.full_name),
    })),
  };
}

function branchesOf(
  { folder }: Place,
  fullName: string,
): HostState['repositories'][number]['branches'] {
  const repository = join(folder, 'repositories', `${fullName.toLowerCase()}.git`);
  const git = (...words: string[]) =>
    execFileSync('git', ['-c', 'safe.directory=*', '-C', repository, ...words], {
      encoding: 'utf8',
      maxBuffer: 10_000_000,
    });
  const lines = (text: string) => text.split('\n').filter((line) => line !== '');
  const names = lines(git('for-each-ref', '--format=%(refname:short)', 'refs/heads'));
  const branches = names.map((name) => {
    const commits = lines(git('log', '--format=%H%x09%an%x09%s', name)).map((line) => {
      const [sha = '', author = '', message = ''] = line.split('\t');
      return { sha, author, message };
    });
    const paths = git('ls-tree', '-r', '-z', '--name-only', name).split('\0').filter(Boolean);
    const files = paths.map((path) => [path, git('show', `${name}:${path}`)] as const);
    return [
      name,
      { head: commits[0]?.sha ?? '', commits, files: Object.fromEntries(files) },
    ] as const;
  });
  return Object.fromEntries(branches);
}

/** What people and time do, and no call of the API: it is written where Gitea keeps it. */
function inDatabase({ folder }: Place, statement: string, ...values: (string | number)[]): void {
  const database = new DatabaseSync(join(folder, 'gitea.db'), { timeout: 10_000 });
  database.prepare(statement).run(...values);
  database.close();
}

/** Every grant ends, as when its user revokes the app in the settings. */
export async function revoke(place: Place): Promise<void> {
  inDatabase(place, 'DELETE FROM oauth2_grant');
}

/** Time passes for the codes that wait to be redeemed. */
export async function advance(place: Place, milliseconds: number): Promise<void> {
  const seconds = Math.ceil(milliseconds / 1000);
  inDatabase(place, 'UPDATE oauth2_authorization_code SET valid_until = valid_until - ?', seconds);
}

const first = [
  'templates/starter',
  'templates/empty',
  'templates/private',
  'sandbox-user/notes',
  'sandbox-org/handbook',
];

/** A repository gets another name, as its owner may give it. */
export async function rename(
  place: Place,
  { fullName, name }: { readonly fullName: string; readonly name: string },
): Promise<void> {
  await ask(place, 'PATCH', `/repos/${fullName}`, { name });
}

/** What was made since the server was furnished goes. */
export async function reset(place: Place): Promise<void> {
  for (const { full_name } of await everyRepository(place)) {
    if (!first.includes(full_name)) await ask(place, 'DELETE', `/repos/${full_name}`);
  }
  for (const { name } of await everyOrganization(place)) {
    if (!(name in organizations)) await ask(place, 'DELETE', `/orgs/${name}`);
  }
}
