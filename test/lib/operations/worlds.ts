import { afterAll, afterEach, beforeAll } from 'vitest';
import { type Database, startDynalite } from '../../harness/dynalite.ts';
import type { ClientOptions } from './client.ts';
import { startWorld, type World } from './world.ts';

/**
 * Worlds for the tests of one file: one table for all of them, a host for each, with the template
 * `templates/starter`. All of it ends with the tests.
 */
export function worlds(): (options?: ClientOptions) => Promise<World> {
  const open: World[] = [];
  let database: Database | undefined;
  beforeAll(async () => {
    database = await startDynalite();
  });
  afterEach(async () => {
    for (const world of open.splice(0)) await world.host.close();
  });
  afterAll(() => database?.stop());
  return async (options) => {
    if (database === undefined) throw new Error('a world is for inside a test');
    const world = await startWorld(database.table, options);
    world.host.add({ owner: 'templates', name: 'starter' });
    open.push(world);
    return world;
  };
}
