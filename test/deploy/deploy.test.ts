import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { kinds } from '../../lib/providers/provider.ts';
import { hosts } from '../conformance/hosts.ts';
import { withApps } from './apps.ts';
import { context } from './context.ts';
import { type Deployment, mistaken, startDeployment } from './deployment.ts';
import { withGrantsThatEnd } from './grants.ts';
import { atEachHost } from './hosts.ts';
import { inventory } from './leftovers.ts';
import { withPeople } from './people.ts';
import { asked, granted, missingIn } from './permissions.ts';
import { withTakenOver } from './taken-over.ts';

let deployment: Deployment;
let apiKey: string;
const shared = context(
  () => deployment,
  () => apiKey,
);

beforeAll(async () => {
  process.stdout.write('MiniStack has no metric math: alarms on it are kept, and not evaluated.\n');
  deployment = await startDeployment();
});
afterAll(async () => deployment?.stop());

const health = async (headers: Readonly<Record<string, string>>) =>
  (await fetch(`${deployment.publicUrl}/health`, { headers })).json();
const shown = () => health({ authorization: `Bearer ${apiKey}` });

describe('a deployment without any provider', () => {
  beforeAll(async () => {
    await deployment.deploy('none');
    apiKey = await deployment.giveApiKey();
  });

  test('given nothing was configured, when its health is asked for, then it is healthy, names all that is missing to who has a key, and to nobody else', async () => {
    expect(await health({})).toEqual({ status: 'incomplete' });
    expect(await shown()).toEqual({
      status: 'incomplete',
      settings: 'ready',
      sealing: 'secret_missing',
      login: 'ready',
      providers: kinds.map((id) => ({
        id,
        state: 'client_id_missing',
      })),
    });
  });
});

describe('a deployment whose keys stand where an older version had them', () => {
  test('given a key, when it is used, then it works', async () => {
    expect((await shared.someone('nobody').api('GET', '/connections')).status).toBe(200);
  });
});

describe('a deployment with every provider', () => {
  beforeAll(async () => {
    await deployment.moveApiKeys();
    await deployment.deploy('sandbox');
  });

  test('given a live key that stood in the one table, when it has moved, then it works in the table of keys', async () => {
    expect((await shared.someone('nobody').api('GET', '/connections')).status).toBe(200);
    expect(await deployment.moveApiKeys('--finish')).toContain('Deleted 1 keys');
    expect((await shared.someone('nobody').api('GET', '/operations')).status).toBe(200);
  });

  test('given no secret was written yet, when its health is asked for, then each missing secret is named', async () => {
    const { status, sealing, providers } = await shown();

    expect([status, sealing]).toEqual(['incomplete', 'secret_missing']);
    expect(new Set(providers.map(({ state }: { state: string }) => state))).toEqual(
      new Set(['secret_missing']),
    );
  });

  test('given npm run keys and npm run configure, when they have run, then it is complete, and each callback URL was printed', async () => {
    const printed = await deployment.giveSecrets();

    expect(await shown()).toMatchObject({ status: 'ok', sealing: 'ready' });
    for (const host of [...hosts, mistaken]) {
      expect(printed).toContain(`/callback/${host}`);
    }
  });
});

atEachHost(shared);
withApps(shared);
withGrantsThatEnd(shared);
withPeople(shared);
withTakenOver(shared);

describe('roles', () => {
  test('given this whole run, when roles and calls are compared, then no function was refused anything', async () => {
    const decisions = await deployment.ministack.decisions();
    const refused = missingIn(new Map(), asked(decisions, false));
    // Taken away on purpose above.
    expect(refused).toEqual(['createRepository: states:StartExecution']);
  });

  test('C57 given this whole run, when roles and calls are compared, then each role has exactly what its code calls', async () => {
    const called = asked(await deployment.ministack.decisions(), true);
    const roles = await granted(deployment.ministack);

    expect(missingIn(called, roles)).toEqual([]);
    // Asked with a key while keys still stood in the one table.
    expect(missingIn(roles, called)).toEqual(['health: dynamodb:GetItem']);
  });
});

describe('npx serverless remove', () => {
  test('given all of the above, when the stack is removed, then nothing of it is left', async () => {
    expect((await inventory(deployment.ministack)).length).toBeGreaterThan(100);

    await deployment.remove();

    expect(await inventory(deployment.ministack)).toEqual([]);
  });
});
