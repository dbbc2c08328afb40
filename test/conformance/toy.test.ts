import { expect, expectTypeOf, test } from 'vitest';
import { type Creation, capability, type Provider } from '../../lib/providers/provider.ts';

/** A kind that only lets people sign in. */
const toy = {
  settings: {
    id: 'toy',
    kind: 'gitlab',
    name: 'Toy',
    webUrl: 'https://toy.example',
    apiUrl: 'https://toy.example/api',
    clientId: 'client',
    scopes: [],
  },
  rotation: 'overlaps',
  authorizeUrl: () => 'https://toy.example/authorize',
  exchange: async () => ({ accessToken: 'token' }),
  identify: async () => ({ id: '1', login: 'toy' }),
  repositories: async () => ({ items: [] }),
} satisfies Provider;

const repository = async () => {
  throw new Error('compiled, never called');
};

const calls = {
  rules: {
    visibilities: ['public'],
    settings: [],
    marks: [],
    includeAllBranches: true,
    oneCommit: true,
    name: { maxLength: 100, pattern: /./ },
  },
  namespaces: async () => ({ items: [] }),
  findNamespace: async () => undefined,
  findRepository: async () => undefined,
  readiness: async () => ({ state: 'ready', defaultBranch: 'main' }),
  configure: repository,
  commitFiles: async () => 'there',
  fork: repository,
} satisfies Creation;

test('given a kind that only signs in, when creation is asked for, then it is unsupported', () => {
  const provider: Provider = toy;
  expect(() => capability(provider, 'creation')).toThrow(
    expect.objectContaining({ code: 'Unsupported' }),
  );
});

test('given a kind that forks, when one of what goes with it is missing, then it does not compile', () => {
  const { configure: _, ...withoutConfigure } = calls;
  // @ts-expect-error: a kind that forks configures
  const forking: Provider = { ...toy, creation: withoutConfigure };
  expect(forking).toBeDefined();

  type Without<Member extends keyof typeof calls> = Omit<typeof calls, Member>;
  expectTypeOf<typeof calls>().toExtend<Creation>();
  expectTypeOf<Without<'readiness'>>().not.toExtend<Creation>();
  expectTypeOf<Without<'commitFiles'>>().not.toExtend<Creation>();
  expectTypeOf<Without<'findRepository'>>().not.toExtend<Creation>();
  expectTypeOf<Without<'namespaces'>>().not.toExtend<Creation>();
  expectTypeOf<Without<'rules'>>().not.toExtend<Creation>();
});

test('given a kind that configures, when it has no call that makes a repository, then it does not compile', () => {
  const { fork: _, ...withoutFork } = calls;
  // @ts-expect-error: one of create, generate and fork
  const idle: Provider = { ...toy, creation: withoutFork };
  expect(idle).toBeDefined();
});
