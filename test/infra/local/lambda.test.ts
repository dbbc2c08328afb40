import { createServer } from 'node:http';
import { afterEach, describe, expect, test } from 'vitest';
import { lambdaEndpoint } from '../../../infra/local/lambda.ts';
import { listen, type Service } from '../../../infra/local/listen.ts';

const services: Service[] = [];
afterEach(async () => {
  for (const service of services.splice(0)) await service.stop();
});

/** What serverless-offline 14 answers: status 200 always, a header for failures. */
async function offline(body: string, failed = false) {
  const paths: (string | undefined)[] = [];
  const server = createServer((request, response) => {
    paths.push(request.url);
    if (failed) response.setHeader('x-amz-function-error', 'Unhandled');
    response.end(body);
  });
  const service = await listen(server, 0);
  services.push(service);
  return { invoke: lambdaEndpoint(service.url), paths };
}

const failure = (errorMessage: string, ...trace: string[]) =>
  JSON.stringify({ errorMessage, errorType: 'Error', trace });

describe("functions through serverless-offline's Lambda endpoint", () => {
  test('given a function that answers, when it is invoked, then it is called by its deployed name and its answer comes back', async () => {
    const { invoke, paths } = await offline('{"state":"ready"}');
    expect(await invoke('forkRepo', {})).toEqual({ state: 'ready' });
    expect(paths).toEqual(['/2015-03-31/functions/forgebridge-local-forkRepo/invocations']);
  });

  test('given a function that answers nothing, when it is invoked, then the answer is null', async () => {
    const { invoke } = await offline('');
    expect(await invoke('forkRepo', {})).toBeNull();
  });

  test.each([
    ['RateLimited: Too many requests.', 'Too many requests.', 'RateLimited'],
    ['TypeError [ERR_INVALID_ARG_TYPE]: bad', 'bad', 'TypeError'],
    ['Error: [504] - Lambda timeout.', '[504] - Lambda timeout.', 'Sandbox.Timedout'],
    ['Error', '', 'Error'],
  ])(
    'given a function that fails with %j, when it is invoked, then the failure is named as Lambda names it',
    async (head, message, name) => {
      const { invoke } = await offline(failure(message, head, '    at handler'), true);
      await expect(invoke('forkRepo', {})).rejects.toMatchObject({
        name,
        message: JSON.stringify({ errorType: name, errorMessage: message }),
      });
    },
  );

  test('given nobody at the endpoint, when a function is invoked, then it fails as when Lambda is away', async () => {
    const { invoke } = await offline('');
    await services.pop()?.stop();
    await expect(invoke('forkRepo', {})).rejects.toMatchObject({ name: 'Lambda.ServiceException' });
  });
});
