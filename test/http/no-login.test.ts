import { afterAll, beforeAll, expect, test } from 'vitest';
import { startTestGateway, type TestGateway } from '../harness/gateway.ts';

let gateway: TestGateway;
beforeAll(async () => {
  gateway = await startTestGateway({ environment: { LOGIN_URL: '' } });
});
afterAll(() => gateway.stop());

test.each(['/', '/new?template=a/b', '/connect/gitlab'])(
  'given a deployment without LOGIN_URL, when a stranger opens %s, then it is not there, which rings nobody, and the operator reads what to set',
  async (path) => {
    const answer = await fetch(gateway.url + path, { redirect: 'manual' });
    expect(answer.status).toBe(404);
    expect(await answer.text()).toContain('LOGIN_URL');
  },
);
