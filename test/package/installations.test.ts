import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';

interface Role {
  readonly Properties: { readonly Policies: unknown };
}
type Template = (serverless: {
  resolveVariable: (name: string) => Promise<string>;
}) => Promise<{ readonly Resources: Readonly<Record<string, Role>> }>;

// CommonJS, as the Serverless Framework loads it; this is the part of it that is used here.
const roles = createRequire(import.meta.url)('../../infra/cloudformation/roles.cjs') as Template;

const app = (id: string) => ({ id, kind: id, appId: '75', appSlug: 'demo-app' });
let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'forgebridge-'));
  const file = join(folder, 'providers.yml');
  writeFileSync(file, JSON.stringify([app('atomgit'), app('github')]));
  vi.stubEnv('PROVIDERS_FILE', file);
});
afterAll(() => {
  vi.unstubAllEnvs();
  rmSync(folder, { recursive: true });
});

test('C28 given apps are configured, when the template is made, then only the functions that sign may read a private key', async () => {
  const { Resources } = await roles({ resolveVariable: async (name) => name });

  const readers = (secret: string) =>
    Object.keys(Resources).filter((role) => JSON.stringify(Resources[role]).includes(secret));

  const signers = [
    'AtomgitInstallationTokenRole',
    'ListInstallationRepositoriesRole',
    'ListInstallationsRole',
  ];
  expect(readers('AtomgitAppKeySecret').sort()).toEqual(signers);
  expect(readers('GithubAppKeySecret').sort()).toEqual(signers);
});

test('C57 given installApp, when the template is made, then it reads no secret and no table', async () => {
  const { Resources } = await roles({ resolveVariable: async (name) => name });

  const policies = JSON.stringify(Resources.InstallAppRole?.Properties.Policies);
  expect(policies).not.toContain('secretsmanager');
  expect(policies).not.toContain('dynamodb');
});
