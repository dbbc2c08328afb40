import { afterEach, describe, expect, test } from 'vitest';
import type { Quirk } from '../../infra/local/sandbox/options.ts';
import { forEachHost, type HostId } from '../../infra/local/sandbox/registry.ts';
import { capability } from '../../lib/providers/provider.ts';
import { creatingHosts } from './hosts.ts';
import { everyPage, refusalOf, type Stage, startStage } from './stage.ts';

let stage: Stage;
afterEach(() => stage.sandbox.close());

async function signedInAt(id: HostId, quirk: Quirk) {
  stage = await startStage({ quirks: forEachHost(() => [quirk]) });
  const { client, access } = await stage.signIn(id);
  return { client, access, creation: capability(client, 'creation') };
}

describe.each(creatingHosts)('oddities of %s', (id) => {
  test('given rows without owner, and rows that are none, when repositories are listed, then the others are all there, once', async () => {
    const { client, access } = await signedInAt(id, 'ghost-rows');
    stage.sandbox.seed(id, {
      repositories: [{ owner: 'sandbox-user', name: 'many', visibility: 'public', copies: 60 }],
    });
    const names = (await everyPage((page) => client.repositories(access, page)))
      .map(({ fullName }) => fullName)
      .filter((name) => name !== 'ghost/left');
    expect(names.filter((name) => name.startsWith('sandbox-user/many-'))).toHaveLength(60);
    expect(names).toContain('sandbox-user/notes');
    expect(new Set(names).size).toBe(names.length);
  });

  test('given such rows in every list, when places are listed, then the others are all there', async () => {
    const { access, creation } = await signedInAt(id, 'ghost-rows');
    const paths = (await everyPage((page) => creation.namespaces(access, page))).map(
      ({ path }) => path,
    );
    expect(paths).toEqual(expect.arrayContaining(['sandbox-user', 'sandbox-org']));
    expect(paths.every((path) => typeof path === 'string' && path !== '')).toBe(true);
  });

  test('given null wherever a host may leave something empty, when repositories are listed, found, made and looked at, then all of it works', async () => {
    const { client, access, creation } = await signedInAt(id, 'null-fields');
    const names = (await client.repositories(access, {})).items.map(({ fullName }) => fullName);
    expect(names).toContain('sandbox-user/notes');
    expect((await client.identify(access.token)).login).toBe('sandbox-user');
    const namespace = await creation.findNamespace(access);
    if (namespace === undefined) throw new Error('no namespace');
    const to = { namespace, name: 'mine', description: '', visibility: 'public' } as const;
    const made = await creation.create?.(access, to);
    if (made === undefined) throw new Error('nothing was made');
    const found = await creation.findRepository(access, 'sandbox-user/mine');
    expect([made.fullName, found?.fullName]).toEqual(['sandbox-user/mine', 'sandbox-user/mine']);
    stage.sandbox.advance(1_000);
    expect(await creation.readiness(access, made)).toMatchObject({ state: 'ready' });
    const configured = await creation.configure(access, made, { visibility: 'private' });
    expect(configured.visibility).toBe('private');
  });

  test('given forks that carry their parents, when a hundred are listed, then a page is as small as it must be', async () => {
    const { client, access } = await signedInAt(id, 'heavy-forks');
    stage.sandbox.seed(id, {
      repositories: [
        {
          owner: 'sandbox-user',
          name: 'many',
          visibility: 'public',
          parent: 'templates/starter',
          copies: 100,
          files: {},
        },
      ],
    });
    const all = await everyPage((page) => client.repositories(access, page));
    expect(all.filter(({ name }) => name.startsWith('many-'))).toHaveLength(100);
  });

  test('given an organisation without a repository, when places are listed, then it is there', async () => {
    stage = await startStage();
    stage.sandbox.seed(id, { organizations: [{ login: 'new-org', members: ['sandbox-user'] }] });
    const { client, access } = await stage.signIn(id);
    const { namespaces } = capability(client, 'creation');
    const paths = (await everyPage((page) => namespaces(access, page))).map(({ path }) => path);
    expect(paths).toContain('new-org');
  });

  test('given names in the language of people, when a repository is forked and found, then it is known by its paths', async () => {
    const { access, creation } = await signedInAt(id, 'localized-names');
    const own = await creation.findNamespace(access);
    if (own === undefined) throw new Error('no namespace');
    const to = { namespace: own, name: 'mine', description: '', visibility: 'public' } as const;
    const from = { template: 'templates/starter', includeAllBranches: false };
    const made = await creation.fork?.(access, from, to);
    const found = await creation.findRepository(access, 'sandbox-user/mine');
    expect([made?.fullName, found?.fullName]).toEqual(['sandbox-user/mine', 'sandbox-user/mine']);
    expect(found?.parent).toBe('templates/starter');
  });

  test('given settings that the host takes and does not apply, when they are asked for, then that is told', async () => {
    const { access, creation } = await signedInAt(id, 'ignored-settings');
    const notes = await creation.findRepository(access, 'sandbox-user/notes');
    if (notes === undefined) throw new Error('no repository');
    const hidden = creation.configure(access, notes, { visibility: 'private' });
    expect(await refusalOf(hidden)).toEqual({
      code: 'Unsupported',
      reason: 'visibility_not_applied',
    });
    expect((await creation.findRepository(access, notes.fullName))?.visibility).toBe('public');
  });

  test('given a repository that was renamed, when its old name is looked for, then it is found under the new one, or not at all', async () => {
    stage = await startStage();
    const { client, access } = await stage.signIn(id);
    const { findRepository } = capability(client, 'creation');
    stage.sandbox.rename(id, 'sandbox-user/notes', 'renamed');
    const found = await findRepository(access, 'sandbox-user/notes');
    expect(['sandbox-user/renamed', undefined]).toContain(found?.fullName);
    expect((await findRepository(access, 'sandbox-user/renamed'))?.name).toBe('renamed');
  });

  test('given a repository that was renamed, when its old name is written, then nothing is changed, and it is told', async () => {
    stage = await startStage();
    const { client, access } = await stage.signIn(id);
    const creation = capability(client, 'creation');
    const notes = await creation.findRepository(access, 'sandbox-user/notes');
    if (notes === undefined) throw new Error('no repository');
    stage.sandbox.rename(id, 'sandbox-user/notes', 'renamed');
    // GitLab's handle is the id, which a rename does not touch.
    const configured = creation.configure(access, notes, { description: 'changed' });
    const outcome = await configured.then(
      ({ fullName }) => fullName,
      ({ code }) => code,
    );
    expect(['NotFound', 'sandbox-user/renamed']).toContain(outcome);
  });
});
