import { type Behaviour, behaviours } from './imports.ts';
import type { Seed } from './options.ts';
import { type Account, mayWrite, type NewRepository, type World } from './world.ts';

const starter: Readonly<Record<string, string>> = {
  'README.md': '# Starter\n\nA small project to begin from.\n',
  '.gitignore': 'node_modules/\n',
  'package.json': '{\n  "name": "starter",\n  "private": true\n}\n',
  'src/index.js': "console.log('hello');\n",
  'docs/guide.md': '# Guide\n',
};

function filesOf(files: Readonly<Record<string, string>>): Map<string, Buffer> {
  return new Map(Object.entries(files).map(([path, text]) => [path, Buffer.from(text)]));
}

function addWithFiles(
  world: World,
  repository: NewRepository,
  files: Readonly<Record<string, string>>,
): void {
  const added = world.add(repository);
  if (Object.keys(files).length > 0) {
    world.commit(added, added.defaultBranch, added.owner.login, 'Initial commit', filesOf(files));
  }
}

function addTemplates(world: World, owner: Account): void {
  const template = (path: string, behaviour: Behaviour = 'normal') => ({
    owner,
    path,
    behaviour,
    description: `Template: ${path}`,
    visibility: 'public' as const,
    isTemplate: true,
  });
  addWithFiles(world, template('starter'), starter);
  const first = world.repository(`${owner.login}/starter`);
  if (first !== undefined) {
    first.branches.set('next', first.branches.get('main') ?? '');
    world.commit(first, 'next', owner.login, 'Try the next version', filesOf({ NEXT: 'next\n' }));
  }
  addWithFiles(world, template('empty'), {});
  for (const behaviour of behaviours.filter((each) => each !== 'normal')) {
    addWithFiles(world, template(behaviour, behaviour), starter);
  }
  addWithFiles(world, { ...template('private'), visibility: 'private' }, starter);
}

/** The world every host begins with: two users, two organisations and the templates. */
export function furnish(world: World, nestedGroups: boolean): void {
  const user = (login: string, name: string) =>
    world.addAccount({ login, name, kind: 'user', members: [login] });
  const organization = (login: string, members: readonly string[]) =>
    world.addAccount({ login, name: login, kind: 'organization', members });
  const first = user('sandbox-user', 'Sandbox User');
  user('other-user', 'Other User');
  const installedIn = organization('sandbox-org', ['sandbox-user', 'other-user']);
  organization('other-org', ['sandbox-user']);
  if (nestedGroups) organization('sandbox-org/team', ['sandbox-user']);
  first.installation = 14;
  installedIn.installation = 18;
  addTemplates(world, organization('templates', []));
  const own = { owner: first, path: 'notes', visibility: 'public' as const };
  addWithFiles(world, own, { 'README.md': '# Notes\n' });
  addWithFiles(world, { owner: installedIn, path: 'handbook' }, { 'README.md': '# Handbook\n' });
}

/**
 * Adds what a test asked for.
 *
 * @throws Error when the owner is not there.
 */
export function addSeed(world: World, seed: Seed): void {
  for (const { login, members, installed } of seed.organizations ?? []) {
    const added = world.addAccount({ login, name: login, kind: 'organization', members });
    if (installed === true) added.installation = added.id;
  }
  for (const { owner, name, copies, files, ...fields } of seed.repositories ?? []) {
    const account = world.account(owner);
    if (account === undefined) throw new Error(`no account ${owner} in the sandbox`);
    const names =
      copies === undefined ? [name] : [...Array(copies).keys()].map((n) => `${name}-${n + 1}`);
    const { protected: guarded, ...repository } = fields;
    const protectedBranches = new Set(guarded === true ? ['main'] : []);
    for (const path of names) {
      const target = { ...repository, owner: account, path, protectedBranches };
      addWithFiles(world, target, files ?? { 'README.md': `# ${path}\n` });
    }
  }
}

/** The accounts in which the user may create. */
export function namespacesOf(world: World, login: string): Account[] {
  return world.accounts.filter((each) => mayWrite(each, login));
}
