import { mkdtempSync, readFileSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  CreateSecretCommand,
  DescribeSecretCommand,
  GetSecretValueCommand,
  ListSecretsCommand,
  PutSecretValueCommand,
  SecretsManagerClient,
} from '@aws-sdk/client-secrets-manager';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Service } from '../../../infra/local/listen.ts';
import { type SecretFile, secretFile, serveSecrets } from '../../../infra/local/secrets-manager.ts';

describe('Secrets Manager over a local file', () => {
  const path = join(mkdtempSync(join(tmpdir(), 'secrets-')), 'secrets.json');
  let file: SecretFile;
  let service: Service;
  let client: SecretsManagerClient;

  beforeAll(async () => {
    const opened = secretFile(path);
    file = opened;
    service = await serveSecrets(0, opened);
    client = new SecretsManagerClient({
      region: 'us-east-1',
      endpoint: service.url,
      credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
    });
  });
  afterAll(() => service.stop());

  test('given a secret with a value, when it is read by name or by ARN, then both give the value', async () => {
    const { ARN } = await client.send(
      new CreateSecretCommand({ Name: 'app/github/client', SecretString: 'first' }),
    );
    const byName = await client.send(new GetSecretValueCommand({ SecretId: 'app/github/client' }));
    const byArn = await client.send(new GetSecretValueCommand({ SecretId: ARN }));
    expect([byName.SecretString, byArn.SecretString]).toEqual(['first', 'first']);
    expect(byName.CreatedDate).toBeInstanceOf(Date);
  });

  test('given a value that was replaced, when the previous version is asked for, then the old value comes', async () => {
    await client.send(new CreateSecretCommand({ Name: 'rotated', SecretString: 'old' }));
    await client.send(new PutSecretValueCommand({ SecretId: 'rotated', SecretString: 'new' }));
    const read = (VersionStage: string) =>
      client.send(new GetSecretValueCommand({ SecretId: 'rotated', VersionStage }));
    expect((await read('AWSCURRENT')).SecretString).toBe('new');
    expect((await read('AWSPREVIOUS')).SecretString).toBe('old');
  });

  test.each([
    ['that does not exist', 'nowhere'],
    ['that was created without a value', 'empty'],
  ])(
    'given a secret %s, when it is read, then ResourceNotFoundException is raised',
    async (_, SecretId) => {
      file.put('empty');
      const reading = client.send(new GetSecretValueCommand({ SecretId }));
      await expect(reading).rejects.toMatchObject({ name: 'ResourceNotFoundException' });
    },
  );

  test('given a secret that exists, when it is created again, then ResourceExistsException is raised', async () => {
    const create = () => client.send(new CreateSecretCommand({ Name: 'twice', SecretString: 'x' }));
    await create();
    await expect(create()).rejects.toMatchObject({ name: 'ResourceExistsException' });
  });

  test('given a value, when it is put where no secret was created, then nothing is stored', async () => {
    const put = client.send(new PutSecretValueCommand({ SecretId: 'absent', SecretString: 'x' }));
    await expect(put).rejects.toMatchObject({ name: 'ResourceNotFoundException' });
    expect(file.get('absent')).toBeUndefined();
  });

  test('given secrets, when they are listed and described, then their values are not shown', async () => {
    await client.send(new CreateSecretCommand({ Name: 'hidden', SecretString: 'canary-value' }));
    const { SecretList } = await client.send(new ListSecretsCommand({}));
    const described = await client.send(new DescribeSecretCommand({ SecretId: 'hidden' }));
    expect(SecretList?.map(({ Name }) => Name)).toContain('hidden');
    expect(JSON.stringify([SecretList, described])).not.toContain('canary-value');
  });

  test('given a file of secrets, when it is written, then only its owner can read it', () => {
    file.put('private', 'value');
    expect(statSync(path).mode & 0o777).toBe(0o600);
    expect(secretFile(path).get('private')).toBe('value');
    expect(readFileSync(path, 'utf8')).toContain('private');
  });
});
