import { generateKeyPairSync } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { configureProvider } from '../../../infra/cli/configure.ts';

const settings = {
  id: 'gitlab-acme',
  kind: 'gitlab',
  name: 'GitLab',
  webUrl: 'https://git.acme.example',
  apiUrl: 'https://git.acme.example/api/v4',
  clientId: 'app-1',
  scopes: ['api'],
} as const;

function secrets() {
  const values = new Map<string, string>();
  const put = async (name: string, value: string) => void values.set(name, value);
  return { values, writer: { get: async (name: string) => values.get(name), put } };
}

describe('npm run configure', () => {
  test('given a secret in use, when a new one is given and the old one kept, then both are live, newest first; without keeping, only the new one', async () => {
    const { values, writer } = secrets();
    const give = (clientSecret: string, keepOld: boolean) =>
      configureProvider(settings, { clientSecret }, writer, keepOld);
    await give('first-secret', false);
    await give('second-secret', true);
    expect(values.get('gitlab-acme/client')).toBe('{"secrets":["second-secret","first-secret"]}');
    await give('third-secret', false);
    expect(values.get('gitlab-acme/client')).toBe('{"secrets":["third-secret"]}');
  });

  test('given a private key that cannot sign, when it is given, then it is refused and nothing is written', async () => {
    const { values, writer } = secrets();
    const appKey = generateKeyPairSync('ec', { namedCurve: 'P-256' })
      .privateKey.export({ type: 'pkcs8', format: 'pem' })
      .toString();
    const given = configureProvider(settings, { appKey, clientSecret: 'a-secret' }, writer, false);
    await expect(given).rejects.toMatchObject({ details: { reason: 'app_key_not_rsa' } });
    expect(values.size).toBe(0);
  });
});
