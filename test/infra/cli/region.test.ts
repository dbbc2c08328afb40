import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { resolve } from 'node:path';
import { promisify } from 'node:util';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { regionIn } from '../../../infra/cli/region.ts';
import { root } from '../../../infra/local/template.ts';

afterEach(() => vi.unstubAllEnvs());

describe('the region of a command', () => {
  test('given the words of a command, when it is named there, then it is that, and the other words stay', () => {
    vi.stubEnv('AWS_REGION', 'eu-west-1');
    const args = ['list', '--stage', 'prod'];
    const named = { region: 'cn-north-1', args };
    expect(regionIn(['list', '--region', 'cn-north-1', '--stage', 'prod'])).toEqual(named);
    expect(regionIn(['list', '--region=cn-north-1', '--stage', 'prod'])).toEqual(named);
    expect(regionIn(args)).toEqual({ region: 'eu-west-1', args });
  });

  test('given nothing that names it, when a command is run, then it is where serverless.yml deploys to', () => {
    vi.stubEnv('AWS_REGION', '');
    const { region } = regionIn([]);
    const deployed = readFileSync(resolve(root, 'serverless.yml'), 'utf8');
    expect(deployed).toContain(`  region: \${opt:region, env:AWS_REGION, '${region}'}\n`);
  });

  test.each([[['--region']], [['--region', '--stage']], [['--region=Ireland']]])(
    'given %j, when a command is run, then it says what it takes',
    (words) => {
      expect(() => regionIn(words)).toThrow('--region takes a region, such as us-east-1');
    },
  );
});

describe('each command that reaches AWS', () => {
  /** Regions for which requests were signed, by a server that refuses all. */
  async function signedFor(script: string, args: readonly string[]): Promise<Set<string>> {
    const regions = new Set<string>();
    const server = createServer((request, response) => {
      const [, region = ''] =
        /Credential=[^/]+\/\d+\/([^/]+)\//.exec(request.headers.authorization ?? '') ?? [];
      regions.add(region);
      response.writeHead(400, { 'content-type': 'application/x-amz-json-1.1' });
      response.end('{"__type":"AccessDeniedException"}');
    });
    await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
    // A server that listens on a port has an AddressInfo.
    const { port } = server.address() as AddressInfo;
    const env = {
      ...process.env,
      AWS_ENDPOINT_URL: `http://127.0.0.1:${port}`,
      AWS_ACCESS_KEY_ID: 'operator',
      AWS_SECRET_ACCESS_KEY: 'operator',
      AWS_REGION: 'eu-west-1',
    };
    const run = promisify(execFile)(process.execPath, [`infra/cli/${script}`, ...args], {
      cwd: root,
      env,
    });
    await run.catch(() => undefined);
    server.close();
    return regions;
  }

  test.each<[string, readonly string[]]>([
    ['apikeys.ts', ['list']],
    ['keys.ts', ['rotate']],
    ['restore.ts', []],
    ['doctor.ts', ['--url', 'http://127.0.0.1:9']],
  ])('given %s, when it is told a region, then it asks there alone', async (script, args) => {
    expect(await signedFor(script, [...args, '--region', 'ap-south-1'])).toEqual(
      new Set(['ap-south-1']),
    );
  });
});
