import { parseArgs } from 'node:util';
import {
  GetSecretValueCommand,
  ResourceNotFoundException,
  SecretsManagerClient,
} from '@aws-sdk/client-secrets-manager';
import { defined } from '../../lib/primitives/defined.ts';
import { readProviders } from '../read-providers.ts';
import { checkHealth } from './doctor/check-health.ts';
import { checkSecrets } from './doctor/check-secrets.ts';
import type { Deployment, DoctorPorts, SecretReader } from './doctor/examined.ts';
import type { Finding } from './doctor/finding.ts';
import { regionIn } from './region.ts';

const usage = `Usage: npm run doctor -- --url URL [--stage dev] [--region REGION]

Looks at a deployment from outside and says what to mend, one line for each check:

  ok:    it is as it should be
  mend:  it is not, and this is what to do; the exit code is 1
  look:  it cannot be seen from here; compare it yourself

--url    address of the deployment, as browsers see it. Default: PUBLIC_URL
--stage  names the secrets forgebridge/STAGE/…. Credentials are the AWS SDK's own.
--region as for npm run deploy. Default: AWS_REGION, or us-east-1
         PROVIDERS_FILE chooses another providers file, as for the deployment.
         FORGEBRIDGE_API_KEY holds an API key, whatever its scopes: /health tells strangers little.`;

/** All checks, in the order in which to mend. It never raises: what cannot be asked is a finding. */
export async function doctor(
  deployment: Deployment,
  ports: DoctorPorts,
): Promise<readonly Finding[]> {
  return [
    ...(await checkHealth(deployment, ports)),
    ...(await checkSecrets(deployment, ports.secret)),
    ...callbacks(deployment),
  ];
}

/** What is registered at a host is shown to nobody but its owner. */
function callbacks({ url, providers }: Deployment): readonly Finding[] {
  return providers
    .filter(({ clientId }) => clientId !== '')
    .map(({ id, name, webUrl }) => ({
      verdict: 'look',
      text: `${id}: the app at ${name} (${webUrl}) has the callback URL ${url}/callback/${id}`,
    }));
}

/** A finding as one line. */
export function line({ verdict, text }: Finding): string {
  return `${`${verdict}:`.padEnd(6)} ${text}`;
}

function deployedSecrets(stage: string, region: string): SecretReader {
  const client = new SecretsManagerClient({ region });
  return async (name) => {
    const SecretId = `forgebridge/${stage}/${name}`;
    try {
      return (await client.send(new GetSecretValueCommand({ SecretId }))).SecretString;
    } catch (error) {
      // The template creates secrets without a value, which reads as not found.
      if (error instanceof ResourceNotFoundException) return undefined;
      throw error;
    }
  };
}

async function main(): Promise<void> {
  const { region, args } = regionIn(process.argv.slice(2));
  const { values } = parseArgs({
    args: [...args],
    options: {
      stage: { type: 'string', default: 'dev' },
      url: { type: 'string', default: process.env.PUBLIC_URL ?? '' },
      help: { type: 'boolean', default: false },
    },
  });
  if (values.help) return console.log(usage);
  const url = values.url.replace(/\/+$/, '');
  if (!URL.canParse(url)) throw new Error(usage);
  const providers = await readProviders();
  const ports = { fetch, secret: deployedSecrets(values.stage, region), now: Date.now };
  const apiKey = process.env.FORGEBRIDGE_API_KEY;
  const deployment = { url, stage: values.stage, providers, ...defined({ apiKey }) };
  const findings = await doctor(deployment, ports);
  for (const finding of findings) console.log(line(finding));
  if (findings.some(({ verdict }) => verdict === 'mend')) process.exitCode = 1;
}

if (import.meta.main) {
  try {
    await main();
  } catch (error) {
    console.error(error instanceof Error ? error.message : error);
    process.exitCode = 1;
  }
}
