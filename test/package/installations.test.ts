import { beforeAll, expect, test } from 'vitest';
import type { Resource } from '../../infra/cloudformation/framework.ts';
import { rolesOf } from '../../infra/cloudformation/roles.ts';

const app = (id: string) => ({
  id,
  clientSecret: `${id}ClientSecret`,
  appKeySecret: `${id}AppKeySecret`,
});
let roles: Readonly<Record<string, Resource>>;
beforeAll(() => {
  roles = rolesOf({
    deployment: 'forgebridge-test',
    stateMachines: { creation: 'create', erasure: 'erase' },
    eventBus: 'default',
    keyTable: 'forgebridge-test-keys',
    providers: [app('Atomgit'), app('Github')],
  });
});

test('C28 given apps are configured, when the template is made, then only the functions that sign may read a private key', () => {
  const readers = (secret: string) =>
    Object.keys(roles).filter((role) => JSON.stringify(roles[role]).includes(secret));

  const signers = [
    'AtomgitInstallationTokenRole',
    'ListInstallationRepositoriesRole',
    'ListInstallationsRole',
  ];
  expect(readers('AtomgitAppKeySecret').sort()).toEqual(signers);
  expect(readers('GithubAppKeySecret').sort()).toEqual(signers);
});

test('C57 given installApp, when the template is made, then it reads no secret and no table', () => {
  const policies = JSON.stringify(roles.InstallAppRole?.Properties.Policies);
  expect(policies).toContain('xray');
  expect(policies).not.toContain('secretsmanager');
  expect(policies).not.toContain('dynamodb');
});
