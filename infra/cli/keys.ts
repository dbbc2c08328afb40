import { generateKeyPairSync } from 'node:crypto';
import { parseArgs } from 'node:util';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import {
  GetSecretValueCommand,
  PutSecretValueCommand,
  ResourceNotFoundException,
  SecretsManagerClient,
} from '@aws-sdk/client-secrets-manager';
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { calculateJwkThumbprint } from 'jose/jwk/thumbprint';
import { ForgebridgeError } from '../../lib/errors.ts';
import {
  type OpenKey,
  parseOpenKeys,
  parseSealKey,
  type SealKey,
} from '../../lib/sealing/key-ring.ts';
import { opener, sealer } from '../../lib/sealing/sealing.ts';
import { dynamoTable } from '../../lib/storage/table.ts';
import { connectionStore, isSealedWith, reseal } from '../../lib/vault/vault.ts';
import { regionIn } from './region.ts';
import { scanConnections } from './scan-connections.ts';

const usage = `Usage: npm run keys -- <command> [--stage dev] [--region REGION]

  new      makes the first pair of sealing keys; refuses when there is one
  rotate   makes another pair: from now on it seals, in the form that this version writes, and the
           older ones still open. Deploy this version first: one before it may not read that form
  sweep    seals again whatever is under an older key or in an older form, and says how many remain

After rotate, wait five minutes (as long as a running function may seal with the key before), then
sweep until 0 remain. A key that is said to be unused then can be taken out of keys/open.

--stage names the secrets forgebridge/STAGE/keys/seal and …/keys/open and the table
forgebridge-STAGE, in the region to which npm run deploy goes: --region, AWS_REGION, or us-east-1.
Credentials are the AWS SDK's own.`;

/** What the commands reach. */
export interface Clients {
  readonly secrets: SecretsManagerClient;
  readonly documents: DynamoDBDocumentClient;
}

/** The two secrets: `seal` is one public JWK, `open` is `{"keys":[…]}`, private JWKs, newest first. */
export interface Keyring {
  readonly seal: SealKey;
  readonly open: { readonly keys: readonly OpenKey[] };
}

/** The form of sealed tokens that every version since this one reads. */
const form = 2;

/** A fresh X25519 pair, in front of the `older` keys. Its `kid` is its thumbprint (RFC 7638). */
export async function newKeys(older: readonly OpenKey[] = []): Promise<Keyring> {
  const jwk = generateKeyPairSync('x25519').privateKey.export({ format: 'jwk' });
  const kid = await calculateJwkThumbprint({ kty: 'OKP', crv: 'X25519', x: String(jwk.x) });
  const [open] = parseOpenKeys([{ ...jwk, kid }]);
  if (open === undefined) throw new Error('no key was made'); // parseOpenKeys raises before this
  const { d: _, ...sealing } = open;
  const seal = { ...sealing, form };
  return { seal, open: { keys: [open, ...older] } };
}

/** Runs one command. Answers what is to be printed; throws with what is wrong. */
export async function keysCommand(args: readonly string[], clients: Clients): Promise<string> {
  const { values, positionals } = parseArgs({
    args: [...args],
    allowPositionals: true,
    options: {
      stage: { type: 'string', default: 'dev' },
      help: { type: 'boolean', default: false },
    },
  });
  const [command] = positionals;
  if (command === 'new') return first(clients, values.stage);
  if (command === 'rotate') return rotate(clients, values.stage);
  if (command === 'sweep') return sweep(clients, values.stage);
  if (values.help) return usage;
  throw new Error(usage);
}

async function first({ secrets }: Clients, stage: string): Promise<string> {
  const present = await Promise.all([
    readSecret(secrets, stage, 'keys/seal'),
    readSecret(secrets, stage, 'keys/open'),
  ]);
  if (present.some((value) => value !== undefined)) {
    throw new Error('There are keys already, and tokens may be sealed with them. Use rotate.');
  }
  const keyring = await newKeys();
  await publish(secrets, stage, keyring);
  return `Made the key ${keyring.seal.kid}.`;
}

async function rotate({ secrets }: Clients, stage: string): Promise<string> {
  const keyring = await newKeys(await openKeys(secrets, stage));
  await publish(secrets, stage, keyring);
  return `The key ${keyring.seal.kid} seals from now on. In five minutes: npm run keys -- sweep.`;
}

/** Who can open comes first: no token may ever be sealed with a key that nobody can open with. */
async function publish(
  secrets: SecretsManagerClient,
  stage: string,
  { seal, open }: Keyring,
): Promise<void> {
  await writeSecret(secrets, stage, 'keys/open', open);
  await writeSecret(secrets, stage, 'keys/seal', seal);
}

async function sweep({ secrets, documents }: Clients, stage: string): Promise<string> {
  const tableName = `forgebridge-${stage}`;
  const seal = parseSealKey(await readSecret(secrets, stage, 'keys/seal'));
  const keys = await openKeys(secrets, stage);
  const vault = {
    store: connectionStore(dynamoTable(documents, tableName)),
    sealer: sealer(async () => seal),
    opener: opener(async () => keys),
    count: () => {},
  };

  let resealed = 0;
  const failed: string[] = [];
  for await (const { ref, ...sealed } of scanConnections(documents, tableName)) {
    if (isSealedWith(sealed, seal)) continue;
    try {
      if (await reseal(vault, ref, seal)) resealed += 1;
    } catch (error) {
      failed.push(`${ref.partition} ${ref.id}: ${reasonOf(error)}`);
    }
  }
  let remaining = 0;
  for await (const { ref: _, ...sealed } of scanConnections(documents, tableName)) {
    if (!isSealedWith(sealed, seal)) remaining += 1;
  }
  const unused = keys.filter(({ kid }) => kid !== seal.kid).map(({ kid }) => kid);
  return [
    `Sealed ${resealed} again. ${remaining} remain under older keys.`,
    ...failed.map((line) => `Not done: ${line}`),
    ...(remaining === 0 && unused.length > 0 ? [`Not used any more: ${unused.join(', ')}`] : []),
  ].join('\n');
}

export async function openKeys(
  secrets: SecretsManagerClient,
  stage: string,
): Promise<readonly OpenKey[]> {
  const secret = await readSecret(secrets, stage, 'keys/open');
  // Whatever is there is checked as the functions check it; only its envelope is taken off here.
  return parseOpenKeys((secret as { keys?: unknown } | undefined)?.keys);
}

export async function readSecret(
  secrets: SecretsManagerClient,
  stage: string,
  name: string,
): Promise<unknown> {
  try {
    const SecretId = `forgebridge/${stage}/${name}`;
    const { SecretString } = await secrets.send(new GetSecretValueCommand({ SecretId }));
    return SecretString ? JSON.parse(SecretString) : undefined;
  } catch (error) {
    // The template creates secrets without a value, which reads as not found.
    if (error instanceof ResourceNotFoundException) return undefined;
    throw error;
  }
}

async function writeSecret(
  secrets: SecretsManagerClient,
  stage: string,
  name: string,
  value: unknown,
): Promise<void> {
  const SecretId = `forgebridge/${stage}/${name}`;
  await secrets.send(new PutSecretValueCommand({ SecretId, SecretString: JSON.stringify(value) }));
}

function reasonOf(error: unknown): string {
  if (error instanceof ForgebridgeError) return error.details.reason ?? error.code;
  return error instanceof Error ? error.name : 'unknown';
}

if (import.meta.main) {
  try {
    const { region, args } = regionIn(process.argv.slice(2));
    const clients = {
      secrets: new SecretsManagerClient({ region }),
      documents: DynamoDBDocumentClient.from(new DynamoDBClient({ region })),
    };
    console.log(await keysCommand(args, clients));
  } catch (error) {
    console.error(error instanceof Error ? error.message : error);
    process.exitCode = 1;
  }
}
