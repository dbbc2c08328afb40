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
