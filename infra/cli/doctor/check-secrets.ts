import * as z from 'zod/mini';
import { isForgebridgeError } from '../../../lib/errors.ts';
import { readAppKey } from '../../../lib/oauth/app-jwt.ts';
import type { ProviderSettings } from '../../../lib/providers/provider.ts';
import { isAvailable } from '../../../lib/providers/registry.ts';
import {
  type OpenKey,
  parseOpenKeys,
  parseSealKey,
  type SealKey,
} from '../../../lib/sealing/key-ring.ts';
import type { Deployment, SecretReader } from './examined.ts';
import { type Finding, mend, ok } from './finding.ts';

const clientSchema = z.object({
  secrets: z.array(z.string().check(z.minLength(1))).check(z.minLength(1)),
});
const openSchema = z.object({ keys: z.unknown() });

/** One secret as it was found: read, or what to say about it. */
type Found<T> = { readonly value: T } | { readonly finding: Finding };

/** Whether each secret is there and sound, and the two halves of the key ring belong together. */
export async function checkSecrets(
  { stage, providers }: Deployment,
  secret: SecretReader,
): Promise<readonly Finding[]> {
  const configure = `npm run configure -- --stage ${stage}`;
  const clients = providers.filter(isAvailable).flatMap((settings) =>
    secretsOf(settings).map(async ([name, read]) => {
      const result = await found(secret, name, { missing: configure, unsound: configure }, read);
      return 'finding' in result ? result.finding : ok(`the secret ${name} is there and sound`);
    }),
  );
  // New keys open nothing that the ones before have sealed.
  const unsound = 'put back its version AWSPREVIOUS, or your copy';
  const missing = `npm run keys -- new --stage ${stage}; once there were keys, ${unsound}`;
  const remedies = { missing, unsound };
  const seal = await found(secret, 'keys/seal', remedies, (text) => parseSealKey(JSON.parse(text)));
  const open = await found(secret, 'keys/open', remedies, (text) =>
    parseOpenKeys(openSchema.parse(JSON.parse(text)).keys),
  );
  return [...checkKeyRing(seal, open), ...(await Promise.all(clients))];
}

type Expected = readonly [name: string, read: (text: string) => unknown];

function secretsOf({ id, appId }: ProviderSettings): readonly Expected[] {
  const client: Expected = [`${id}/client`, (text) => clientSchema.parse(JSON.parse(text))];
  const app: Expected = [`${id}/app-key`, readAppKey];
  return appId === undefined ? [client] : [client, app];
}

async function found<T>(
  secret: SecretReader,
  name: string,
  remedies: { readonly missing: string; readonly unsound: string },
  read: (text: string) => T,
): Promise<Found<T>> {
  let text: string | undefined;
  try {
    text = await secret(name);
  } catch (error) {
    const reason = error instanceof Error ? error.name : 'unknown';
    const remedy = 'check the AWS credentials and the region here';
    return { finding: mend(`the secret ${name} cannot be read (${reason}): ${remedy}`) };
  }
  if (text === undefined || text === '') {
    return { finding: mend(`the secret ${name} has no value: ${remedies.missing}`) };
  }
  try {
    return { value: read(text) };
  } catch (error) {
    // What a parser says can quote the secret; our own reasons never do.
    const reason = isForgebridgeError(error) ? error.details.reason : 'malformed';
    return {
      finding: mend(`the secret ${name} is not sound (${reason}): ${remedies.unsound}`),
    };
  }
}

function checkKeyRing(seal: Found<SealKey>, open: Found<readonly OpenKey[]>): readonly Finding[] {
  if ('finding' in seal || 'finding' in open) {
    return [seal, open].flatMap((each) => ('finding' in each ? [each.finding] : []));
  }
  const { kid, x, form = 1 } = seal.value;
  const pair = open.value.find((key) => key.kid === kid);
  if (pair === undefined) {
    return [
      mend(
        `nothing can open what the key ${kid} seals: it is not in keys/open. Put it back there from ` +
          'AWSPREVIOUS or your copy, or put back the keys/seal before it',
      ),
    ];
  }
  if (pair.x === x && form < 2) {
    return [
      mend(
        `the key ${kid} seals in a form that does not notice a changed record: ` +
          'npm run keys -- rotate, and five minutes later npm run keys -- sweep',
      ),
    ];
  }
  return [
    pair.x === x
      ? ok(`the key ${kid} seals, and is among the ${open.value.length} that open`)
      : mend(`keys/seal and keys/open hold different keys named ${kid}: put back AWSPREVIOUS`),
  ];
}
