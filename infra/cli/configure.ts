import { mkdirSync, readFileSync } from 'node:fs';
import { createInterface } from 'node:readline/promises';
import { parseArgs } from 'node:util';
import {
  GetSecretValueCommand,
  PutSecretValueCommand,
  SecretsManagerClient,
} from '@aws-sdk/client-secrets-manager';
import * as z from 'zod/mini';
import { readAppKey } from '../../lib/oauth/app-jwt.ts';
import type { ProviderSettings } from '../../lib/providers/provider.ts';
import { secretFile } from '../local/secrets-manager.ts';
import { readProviders } from '../read-providers.ts';
import { regionIn } from './region.ts';

const usage = `Usage: npm run configure -- [--stage dev [--region REGION] | --local] [--public-url URL] [--file FILE] [--keep-old]

Asks for the client secret of each provider in infra/providers.yml that has a client id, and for the
private key of each that has an app id, and puts them into Secrets Manager.

  --file FILE    JSON instead of questions: {"github": {"clientSecret": "…", "appKeyFile": "key.pem"}}
  --keep-old     the secret that is there stays valid beside the new one, until the next run
  --region       as for npm run deploy. Default: AWS_REGION, or us-east-1
  --local        for npm start on this machine, instead of a deployment
  --public-url   address of the deployment, to print the callback URLs to register`;

const answersSchema = z.record(
  z.string(),
  z.strictObject({
    clientSecret: z.optional(z.string().check(z.minLength(8))),
    appKeyFile: z.optional(z.string()),
  }),
);

/** Where the values go. `put` replaces the value of a secret that exists. */
export interface SecretWriter {
  get(name: string): Promise<string | undefined>;
  put(name: string, value: string): Promise<void>;
}

export interface Answer {
  readonly clientSecret?: string | undefined;
  /** PEM text. */
  readonly appKey?: string | undefined;
}

/**
 * Puts one provider's answers where they belong, checked first.
 *
 * @returns what was written, in words. @throws Error or ForgebridgeError with what is wrong.
 */
export async function configureProvider(
  settings: ProviderSettings,
  answer: Answer,
  writer: SecretWriter,
  keepOld: boolean,
): Promise<readonly string[]> {
  const done: string[] = [];
  if (answer.appKey !== undefined) {
    readAppKey(answer.appKey);
    await writer.put(`${settings.id}/app-key`, answer.appKey);
    done.push(`${settings.id}: private key written`);
  }
  if (answer.clientSecret !== undefined) {
    const old = keepOld ? await liveSecrets(writer, settings.id) : [];
    const secrets = [answer.clientSecret, ...old.filter((one) => one !== answer.clientSecret)];
    await writer.put(`${settings.id}/client`, JSON.stringify({ secrets: secrets.slice(0, 2) }));
    done.push(
      `${settings.id}: client secret written${secrets.length > 1 ? ', the old one kept' : ''}`,
    );
  }
  return done;
}

const liveSchema = z.object({ secrets: z.array(z.string()) });

async function liveSecrets(writer: SecretWriter, id: string): Promise<readonly string[]> {
  const value = await writer.get(`${id}/client`);
  return value === undefined ? [] : liveSchema.parse(JSON.parse(value)).secrets;
}

/** The secrets of a deployed stage. They were created, empty, by the deployment. */
function deployedSecrets(stage: string, region: string): SecretWriter {
  const client = new SecretsManagerClient({ region });
  const idOf = (name: string) => `forgebridge/${stage}/${name}`;
  return {
    async get(name) {
      const found = await client
        .send(new GetSecretValueCommand({ SecretId: idOf(name) }))
        .catch(() => undefined);
      return found?.SecretString;
    },
    async put(name, value) {
      await client.send(new PutSecretValueCommand({ SecretId: idOf(name), SecretString: value }));
    },
  };
}

/** The secrets of the stack that `npm start` runs. */
function localSecrets(): SecretWriter {
  mkdirSync('.local', { recursive: true, mode: 0o700 });
  const file = secretFile('.local/secrets.json');
  return {
    get: async (name) => file.get(`forgebridge/local/${name}`),
    put: async (name, value) => file.put(`forgebridge/local/${name}`, value),
  };
}

async function askFor(settings: ProviderSettings): Promise<Answer> {
  const terminal = createInterface({ input: process.stdin, output: process.stdout });
  try {
    const clientSecret = await terminal.question(`${settings.id}: client secret (empty to skip): `);
    const keyFile =
      settings.appId === undefined
        ? ''
        : await terminal.question(
            `${settings.id}: file of the app's private key (empty to skip): `,
          );
    return {
      clientSecret: clientSecret.trim() || undefined,
      appKey: keyFile === '' ? undefined : readFileSync(keyFile.trim(), 'utf8'),
    };
  } finally {
    terminal.close();
  }
}

function answersIn(file: string): (settings: ProviderSettings) => Promise<Answer> {
  const answers = answersSchema.parse(JSON.parse(readFileSync(file, 'utf8')));
  return async ({ id }) => {
    const { clientSecret, appKeyFile } = answers[id] ?? {};
    return {
      clientSecret,
      appKey: appKeyFile === undefined ? undefined : readFileSync(appKeyFile, 'utf8'),
    };
  };
}

async function main(): Promise<void> {
  const { region, args } = regionIn(process.argv.slice(2));
  const { values } = parseArgs({
    args: [...args],
    options: {
      stage: { type: 'string', default: 'dev' },
      local: { type: 'boolean', default: false },
      file: { type: 'string' },
      'keep-old': { type: 'boolean', default: false },
      'public-url': { type: 'string' },
      help: { type: 'boolean', default: false },
    },
  });
  if (values.help) return console.log(usage);
  const providers = await readProviders();
  const writer = values.local ? localSecrets() : deployedSecrets(values.stage, region);
  const answer = values.file === undefined ? askFor : answersIn(values.file);
  const publicUrl = values['public-url'] ?? (values.local ? 'http://localhost:3000' : 'PUBLIC_URL');
  for (const settings of providers) {
    if (settings.clientId === '') {
      console.log(`${settings.id}: no clientId in infra/providers.yml, left out`);
      continue;
    }
    const done = await configureProvider(
      settings,
      await answer(settings),
      writer,
      values['keep-old'],
    );
    for (const line of done) console.log(line);
    console.log(`${settings.id}: register the callback URL ${publicUrl}/callback/${settings.id}`);
  }
}

if (import.meta.main) {
  try {
    await main();
  } catch (error) {
    console.error(error instanceof Error ? error.message : error);
    process.exitCode = 1;
  }
}
