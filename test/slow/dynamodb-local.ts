import { execFile, spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, readFile, rename, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import { CreateTableCommand, DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { operator } from '../../infra/local/credentials.ts';
import { region, root, tableDefinitions } from '../../infra/local/template.ts';

/*
 * AWS's own DynamoDB for one machine, which needs Java. It is 57 MB and not ours to give away, so it
 * is fetched when it is first needed, and kept outside the project's dependencies. The npm package
 * carries AWS's jar unchanged.
 */
const name = 'amplify-dynamodb-simulator';
const version = '2.9.30';
const integrity =
  'xTeeRLvzEfqyd5lh3bH4c0kHvSHHmmhD5ZDsHFKAQ5g2Zl6JqlFdutaQhCLHzxEp6Ry1o7TB6niIoXuQAnSewQ==';

const cache = resolve(root, 'node_modules/.cache/forgebridge');
const folder = resolve(cache, `${name}-${version}`);
const run = promisify(execFile);

const { JAVA_HOME } = process.env;
const java = JAVA_HOME ? resolve(JAVA_HOME, 'bin/java') : 'java';

/** A DynamoDB that holds the deployed table. */
export interface Tables {
  readonly url: string;
  stop(): Promise<void>;
}

/** Why it cannot run here, and what to do; undefined when it can. */
export async function missingForDynamoDbLocal(): Promise<string | undefined> {
  try {
    await run(java, ['-version']);
    return undefined;
  } catch {
    return 'DynamoDB Local is left out: there is no Java here. Install a Java runtime (11 or newer), then npm run test:slow';
  }
}

/** Fetches it if need be, starts it in memory on a free port, and makes the table. */
export async function startDynamoDbLocal(): Promise<Tables> {
  const emulator = await fetched();
  const port = await freePort();
  const child = spawn(
    java,
    ['-Djava.library.path=./DynamoDBLocal_lib', '-jar', 'DynamoDBLocal.jar']
      .concat(['-inMemory', '-sharedDb', '-disableTelemetry'])
      .concat(['-port', String(port)]),
    { cwd: emulator, stdio: 'ignore' },
  );
  const ended = new Promise<void>((done) => void child.once('exit', () => done()));
  const url = `http://localhost:${port}`;
  async function stop(): Promise<void> {
    child.kill();
    await ended;
  }
  try {
    await createTable(url);
  } catch (error) {
    await stop();
    throw error;
  }
  return { url, stop };
}

async function createTable(endpoint: string): Promise<void> {
  const client = new DynamoDBClient({ endpoint, region, credentials: operator, maxAttempts: 1 });
  // The definition is CloudFormation's, whose property names are those of the API.
  const [definition] = tableDefinitions() as ConstructorParameters<typeof CreateTableCommand>;
  try {
    for (let attempt = 1; ; attempt += 1) {
      try {
        await client.send(new CreateTableCommand(definition));
        return;
      } catch (error) {
        // It takes a second or two until it listens.
        if (attempt === 60) throw error;
        await sleep(500);
      }
    }
  } finally {
    client.destroy();
  }
}

async function fetched(): Promise<string> {
  const emulator = resolve(folder, 'package/emulator');
  if (existsSync(emulator)) return emulator;
  const unpacked = resolve(cache, `unpacking-${process.pid}`);
  await mkdir(unpacked, { recursive: true });
  try {
    await run('npm', ['pack', `${name}@${version}`, '--pack-destination', unpacked], { cwd: root });
    const archive = resolve(unpacked, `${name}-${version}.tgz`);
    const digest = createHash('sha512')
      .update(await readFile(archive))
      .digest('base64');
    if (digest !== integrity) throw new Error(`${name} ${version} is not what it was.`);
    await run('tar', ['-xzf', archive, '-C', unpacked]);
    await rm(archive);
    await rename(unpacked, folder);
  } finally {
    await rm(unpacked, { recursive: true, force: true });
  }
  return emulator;
}

function freePort(): Promise<number> {
  const { promise, resolve: found, reject } = Promise.withResolvers<number>();
  const server = createServer().once('error', reject);
  server.listen(0, 'localhost', () => {
    const address = server.address();
    const port = typeof address === 'object' && address !== null ? address.port : 0;
    server.close(() => found(port));
  });
  return promise;
}
