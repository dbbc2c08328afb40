import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { standIns } from '../../infra/local/sandbox/registry.ts';
import type {
  Access,
  Creation,
  NewRepository,
  Provider,
  Repository,
  RepositorySettings,
  Strategy,
} from '../../lib/providers/provider.ts';
import { creatingHosts, strategiesOf } from './hosts.ts';
import { everyPage, refusalOf, type Stage, startStage } from './stage.ts';

let stage: Stage;
beforeAll(async () => {
  stage = await startStage();
});
beforeEach(() => stage.sandbox.reset());
afterAll(() => stage.sandbox.close());

const template = { template: 'templates/starter', includeAllBranches: false };

describe.each(creatingHosts)('creation at %s', (id) => {
  let client: Provider;
  let access: Access;
  let creation: Creation;
  beforeEach(async () => {
    ({ client, access } = await stage.signIn(id));
    if (client.creation === undefined) throw new Error('nothing is created there');
    creation = client.creation;
  });

  async function namespace(path: string) {
    const all = await everyPage((page) => creation.namespaces(access, page));
    const found = all.find((each) => each.path === path);
    if (found === undefined) throw new Error(`no namespace ${path}`);
    return found;
  }

  async function make(
    strategy: Strategy,
    name: string,
    wish: Partial<NewRepository> = {},
  ): Promise<Repository> {
    const to: NewRepository = {
      namespace: await namespace('sandbox-user'),
      name,
      description: 'the mark',
      visibility: 'public',
      ...wish,
    };
    const made =
      strategy === 'create'
        ? creation.create?.(access, to)
        : creation[strategy]?.(access, template, to);
    if (made === undefined) throw new Error(`no ${strategy}`);
    return made;
  }

  /** Looked at until it is no longer pending; the sandbox's clock moves between two looks. */
  async function settled(repository: Repository) {
    for (let looks = 1; ; looks += 1) {
      const readiness = await creation.readiness(access, repository);
      if (readiness.state !== 'pending' || looks === 20) return readiness;
      stage.sandbox.advance(1_000);
    }
  }

  const standing = (name: string) =>
    stage.sandbox.state(id).repositories.find(({ fullName }) => fullName === name);

  test('given more than a page of organisations, when all pages are read, then each is there once, and the own account among them', async () => {
    stage.sandbox.seed(id, {
      organizations: [...Array(130).keys()].map((n) => ({
        login: `org-${n}`,
        members: ['sandbox-user'],
      })),
    });
    const found = await everyPage((page) => creation.namespaces(access, page));
    const paths = found.map(({ path }) => path);
    expect(new Set(paths).size).toBe(paths.length);
    expect(paths.filter((path) => path.startsWith('org-'))).toHaveLength(130);
    expect(found.filter(({ kind }) => kind === 'user').map(({ path }) => path)).toEqual([
      'sandbox-user',
    ]);
  });

  test('given a repository, when it is looked for in any case, then it is found as the host spells it', async () => {
    expect(await creation.findRepository(access, 'Sandbox-User/NOTES')).toMatchObject({
      fullName: 'sandbox-user/notes',
      owner: 'sandbox-user',
      name: 'notes',
      visibility: 'public',
      defaultBranch: expect.any(String),
    });
  });

  test.each(['sandbox-user/nothing', 'templates/private', 'nobody/nothing'])(
    'given nothing for this user at %s, when it is looked for, then there is none',
    async (name) => {
      expect(await creation.findRepository(access, name)).toBeUndefined();
    },
  );

  test.each(['..', '.', '../../user', 'a%2f..%2f..'])(
    'given a name that would be another path (%s), when it is looked for, then no other path is asked for',
    async (name) => {
      const work = creation.findRepository(access, `sandbox-user/${name}`);
      const found = await work.catch(({ code }: { code: string }) => code);
      expect(['InvalidInput', undefined]).toContain(found);
      const paths = stage.sandbox.requests.map(({ url }) => new URL(url, 'http://host').pathname);
      expect(paths.filter((path) => path === `${standIns[id].apiPath}/user`)).toHaveLength(1);
    },
  );

  describe.each(strategiesOf(id))('by %s', (strategy) => {
    test('given a wish, when it is made, then it is pending until it has contents, and then ready at its branch', async () => {
      const made = await make(strategy, 'mine');
      expect(made).toMatchObject({ fullName: 'sandbox-user/mine', name: 'mine' });
      const readiness = await settled(made);
      const state = standing('sandbox-user/mine');
      expect(readiness).toEqual({ state: 'ready', defaultBranch: state?.defaultBranch });
      expect(Object.keys(state?.branches ?? {})).toContain(state?.defaultBranch);
    });

    test('given a wish, when it is made, then it carries the mark if the rules say so', async () => {
      await make(strategy, 'mine');
      const marked = (await creation.findRepository(access, 'sandbox-user/mine'))?.description;
      expect(marked === 'the mark').toBe(creation.rules.marks.includes(strategy));
    });

    test('given an organisation, when it is named, then the repository is there', async () => {
      const made = await make(strategy, 'mine', { namespace: await namespace('sandbox-org') });
      expect(made.owner).toBe('sandbox-org');
      expect(standing('sandbox-org/mine')).toBeDefined();
    });

    test('given a name that is taken, when it is asked for again, then it exists already, and only one is there', async () => {
      await make('create', 'Mine');
      expect((await refusalOf(make(strategy, 'mine'))).code).toBe('AlreadyExists');
      const all = stage.sandbox.state(id).repositories;
      expect(all.filter(({ fullName }) => /^sandbox-user\/mine$/i.test(fullName))).toHaveLength(1);
    });

    test('given a namespace of others, when it is named, then it is refused, and nothing is there', async () => {
      const foreign = {
        id: '1',
        path: 'other-user',
        name: 'other-user',
        kind: 'organization',
      } as const;
      const { code } = await refusalOf(make(strategy, 'mine', { namespace: foreign }));
      expect(['NotFound', 'Forbidden', 'InstallationRequired']).toContain(code);
      expect(standing('other-user/mine')).toBeUndefined();
    });
  });

  test.each(strategiesOf(id).filter((strategy) => strategy !== 'create'))(
    'given a template that this user cannot see, when it is asked for by %s, then it is not found',
    async (strategy) => {
      const to = {
        namespace: await namespace('sandbox-user'),
        name: 'mine',
        description: '',
        visibility: 'public',
      } as const;
      const from = { template: 'templates/private', includeAllBranches: false };
      const work = creation[strategy]?.(access, from, to) ?? Promise.resolve();
      expect((await refusalOf(work)).code).toBe('NotFound');
    },
  );

  const wanted: Required<Omit<RepositorySettings, 'detachFork'>> = {
    description: 'A service',
    visibility: 'private',
    homepage: 'https://example.com',
    hasIssues: false,
    hasWiki: false,
    ci: true,
  };

  test('given each setting that the rules name, when it is configured twice, then it is so, and the rest is as before', async () => {
    const made = await make('create', 'mine');
    await settled(made);
    for (const setting of Object.keys(wanted) as (keyof typeof wanted)[]) {
      // the keys of a literal
      if (!creation.rules.settings.includes(setting)) continue;
      const before = standing(made.fullName);
      for (const _ of ['once', 'again']) {
        await creation.configure(access, made, { [setting]: wanted[setting] });
      }
      expect(standing(made.fullName), setting).toEqual({ ...before, [setting]: wanted[setting] });
    }
  });

  test('given a fork, when it is detached where the rules allow that, then it has no source, and doing it again is no error', async () => {
    if (!creation.rules.settings.includes('detachFork')) return;
    const made = await make('fork', 'mine');
    await settled(made);
    await creation.configure(access, made, { detachFork: true });
    await creation.configure(access, made, { detachFork: true });
    expect(standing(made.fullName)?.parent).toBeUndefined();
  });

  test('given files, when they are committed twice, then they are there, others stay, and no second commit is made', async () => {
    const made = await make('create', 'mine');
    const readiness = await settled(made);
    if (readiness.state !== 'ready') throw new Error('never ready');
    const branch = readiness.defaultBranch;
    const content = (text: string) => Buffer.from(text).toString('base64');
    const commit = {
      branch,
      message: 'Seed',
      files: [
        { path: 'README.md', content: content('# Replaced\n') },
        { path: 'src/ünï.txt', content: content('ü\n') },
        { path: 'logo.bin', content: Buffer.from([0, 255, 1]).toString('base64') },
      ],
    };
    await creation.commitFiles(access, made, commit);
    const first = standing(made.fullName)?.branches[branch];
    expect(first?.files).toMatchObject({ 'README.md': '# Replaced\n', 'src/ünï.txt': 'ü\n' });
    await creation.commitFiles(access, made, commit);
    expect(standing(made.fullName)?.branches[branch]?.commits).toEqual(first?.commits);
  });

  test('given a protected branch, when files are committed, then it is refused, and not tried again', async () => {
    stage.sandbox.seed(id, {
      repositories: [
        { owner: 'sandbox-user', name: 'guarded', protected: true, visibility: 'public' },
      ],
    });
    const guarded = await creation.findRepository(access, 'sandbox-user/guarded');
    if (guarded === undefined) throw new Error('not seeded');
    const files = [{ path: 'a', content: '' }];
    const commit = { branch: guarded.defaultBranch ?? '', message: 'Seed', files };
    expect((await refusalOf(creation.commitFiles(access, guarded, commit))).code).toBe('Forbidden');
  });

  test('given a repository, when it is deleted twice, then it is gone, and neither is an error', async () => {
    const made = await make('create', 'mine');
    if (creation.deleteRepository === undefined) return;
    await creation.deleteRepository(access, made);
    expect(standing(made.fullName)).toBeUndefined();
    await creation.deleteRepository(access, made);
  });

  test('given a repository of others, when it is written, then it is refused', async () => {
    const foreign = await creation.findRepository(access, 'templates/starter');
    if (foreign === undefined) throw new Error('no template');
    const refusals = await Promise.all([
      refusalOf(creation.configure(access, foreign, { description: 'Mine' })),
      refusalOf(
        creation.commitFiles(access, foreign, {
          branch: 'main',
          message: '',
          files: [{ path: 'a', content: '' }],
        }),
      ),
      refusalOf(creation.deleteRepository?.(access, foreign) ?? Promise.resolve()),
    ]);
    for (const { code } of refusals) {
      expect([
        'Forbidden',
        'ScopeMissing',
        'InstallationRequired',
        'ProviderUnavailable',
      ]).toContain(code);
    }
    expect(standing('templates/starter')?.description).toBe('Template: starter');
  });
});
