import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { operator } from '../../infra/local/credentials.ts';
import { creatingHosts } from '../conformance/hosts.ts';
import { person } from './person.ts';
import { type RunningStack, runStack } from './stack.ts';

let running: RunningStack;
beforeAll(async () => {
  running = await runStack();
});
afterAll(() => running.stop());

describe.each(creatingHosts)('the main job at %s', (provider) => {
  test('given the page, when a person signs in, consents and creates from a template, then the repository is ready with their files in it', async () => {
    const user = person(running, `user-of-${provider}`);
    const home = await user.connect(provider);
    expect(home.url).toMatch(new RegExp(`^${running.stack.publicUrl}/\\?connection=`));
    expect(home.html).toContain('sandbox-user');

    const connection = await user.connection(provider);
    const token = await user.api('POST', `/connections/${connection}/token`);
    expect(token.status).toBe(200);
    const known = running.stack.sandbox.state(provider).tokens.filter(({ live }) => live);
    expect(known.map(({ value }) => value)).toContain(token.body.accessToken);

    const created = await user.create(connection, {
      template: 'templates/starter',
      name: `from-${provider}`,
      description: 'Made by a test',
      // As visible as the template, which is all that a fork can be at some hosts.
      visibility: 'public',
      files: [{ path: 'ci/build.yml', text: 'name: {{name}}\n' }],
    });
    expect(created.status).toBe(202);
    const operation = await user.ended(created.body.id);
    expect(operation, JSON.stringify(operation.error)).toMatchObject({
      status: 'succeeded',
      progress: 100,
    });

    const made = running.stack.sandbox
      .state(provider)
      .repositories.find(({ fullName }) => fullName === `sandbox-user/from-${provider}`);
    const files = made?.branches[operation.result.defaultBranch]?.files ?? {};
    expect(files['ci/build.yml']).toBe(`name: from-${provider}\n`);
    expect(files['README.md']).toContain('# Starter');
    expect(made?.description).toBe('Made by a test');
  });
});

describe('AtomGit of 2023', () => {
  test('given a connection, when repositories are listed and one is to be created, then the list is there and creation is refused before anything starts', async () => {
    const user = person(running, 'user-of-2023');
    await user.connect('atomgit');
    const connection = await user.connection('atomgit');
    const listed = await user.api('GET', `/connections/${connection}/repositories`);
    expect(listed.body.items.map(({ name }: { name: string }) => name)).toContain('notes');

    const refused = await user.create(connection, { name: 'never' });
    expect(refused).toMatchObject({ status: 422, body: { code: 'Unsupported' } });
    expect(refused.body.remedy).toBeTruthy();
    expect((await user.api('GET', '/operations')).body.items).toEqual([]);
  });
});

describe('what can go wrong', () => {
  test('given a person who denies, when they come back, then nothing is stored and the page says so', async () => {
    const user = person(running, 'denier');
    const back = await user.connect('gitlab', /deny/i);
    expect(back.status).toBe(403);
    expect(back.html).toContain('You did not grant access. Nothing was stored.');
    expect((await user.api('GET', '/connections')).body.items).toEqual([]);
  });

  test('given an import that fails, when it is waited for, then the operation fails with the reason the provider gave', async () => {
    const user = person(running, 'unlucky');
    await user.connect('gitlab');
    const connection = await user.connection('gitlab');
    const created = await user.create(connection, { template: 'templates/fails', name: 'broken' });
    const operation = await user.ended(created.body.id);
    expect(operation).toMatchObject({ status: 'failed', error: { code: 'ImportFailed' } });
    const made = running.stack.sandbox
      .state('gitlab')
      .repositories.find(({ path }) => path === 'broken');
    expect(made?.importStatus).toBe('failed');
    expect(operation.error.reason).toBeTruthy();
  });

  test('given everything above, when logs, addresses and workflow histories are searched, then no token, code or secret is in them', async () => {
    const { sandbox } = running.stack;
    const secrets = Object.values(sandbox.providers).flatMap(({ id, clientSecret }) => [
      clientSecret,
      ...sandbox.state(id).tokens.map(({ value }) => value),
      ...sandbox.state(id).codes,
    ]);
    expect(secrets.length).toBeGreaterThan(10);
    const printed = running.printed.join('\n');
    const urls = sandbox.requests.map(({ url }) => url).join('\n');
    const histories = await workflowHistories(running);
    expect(histories).toContain('operationId');
    for (const secret of secrets) {
      expect(printed).not.toContain(secret);
      expect(urls).not.toContain(secret);
      expect(histories).not.toContain(secret);
    }
  });

  test('given everything above, when what functions asked of AWS is looked at, then none was refused anything', () => {
    expect([...running.stack.refused]).toEqual([]);
  });

  test('given connections, when the stack is stopped and started again, then they are still there and the hosts still know them', async () => {
    const before = await person(running, 'user-of-gitlab').connection('gitlab');
    running = await running.restart();
    const user = person(running, 'user-of-gitlab');
    expect(await user.connection('gitlab')).toBe(before);
    const listed = await user.api('GET', `/connections/${before}/repositories`);
    expect(listed.status).toBe(200);
    const names = listed.body.items.map(({ name }: { name: string }) => name);
    expect(names).toContain('from-gitlab');
  });
});

/** Input, output and every event of all executions, as Step Functions tells them. */
async function workflowHistories({ stack }: RunningStack): Promise<string> {
  const ask = async (operation: string, input: object) => {
    const response = await fetch(stack.workflowsUrl, {
      method: 'POST',
      headers: {
        'content-type': 'application/x-amz-json-1.0',
        'x-amz-target': `AWSStepFunctions.${operation}`,
        authorization: `AWS4-HMAC-SHA256 Credential=${operator.accessKeyId}/20260101/`,
      },
      body: JSON.stringify(input),
    });
    return response.text();
  };
  const list = await ask('ListExecutions', { stateMachineArn: stack.stateMachineArn });
  const arns = [...list.matchAll(/"executionArn":"([^"]+)"/g)].map(([, arn]) => arn);
  const histories = arns.map((executionArn) =>
    ask('GetExecutionHistory', { executionArn, includeExecutionData: true }),
  );
  return [list, ...(await Promise.all(histories))].join('\n');
}
