import { afterAll, beforeAll, expect, test } from 'vitest';
import type { HostId } from '../../infra/local/sandbox/registry.ts';
import { person } from '../e2e/person.ts';
import { type RunningStack, runStack } from '../e2e/stack.ts';
import type { Page } from '../harness/browser.ts';
import { password } from './steward.ts';

const provider: HostId = 'gitea';

let running: RunningStack;
beforeAll(async () => {
  running = await runStack((publicUrl) => ({
    redirectUris: { [provider]: [`${publicUrl}/callback/${provider}`] },
  }));
});
afterAll(() => running.stop());

/** A person of the product who signs in at Gitea's own pages and consents there. */
async function connected() {
  const user = person(running, 'somebody');
  const { window } = user;
  const { publicUrl } = running.stack;
  const login = await window.open(`${publicUrl}/`);
  const home = await window.submit(login, login.forms[0], { fields: { user: 'somebody' } });
  const form = (page: Page, action: string) =>
    page.forms.find((each) => each.action.endsWith(action));
  const signIn = await window.follow(home, `/connect/${provider}`);
  const fields = { user_name: 'sandbox-user', password };
  const consent = await window.submit(signIn, form(signIn, '/user/login'), { fields });
  const back = await window.submit(consent, form(consent, '/login/oauth/grant'), {
    fields: { granted: 'true' },
  });
  return { user, back };
}

test('given the page and a real Gitea, when a person consents there and creates in each way, then their token works and each repository is ready with its files', async () => {
  const { user, back } = await connected();
  expect(back.url).toMatch(new RegExp(`^${running.stack.publicUrl}/\\?connection=`));
  expect(back.html).toContain('sandbox-user');

  const connection = await user.connection(provider);
  const token = await user.api('POST', `/connections/${connection}/token`);
  expect(token.status).toBe(200);
  const whose = await fetch(`${running.stack.sandbox.providers[provider].apiUrl}/user`, {
    headers: { authorization: `Bearer ${token.body.accessToken}` },
  });
  expect(await whose.json()).toMatchObject({ login: 'sandbox-user' });

  const ways = {
    generated: { template: 'templates/starter', strategy: 'generate' },
    forked: { template: 'templates/starter', strategy: 'fork', visibility: 'public' },
    created: { strategy: 'create' },
  };
  for (const [name, how] of Object.entries(ways)) {
    const created = await user.create(connection, {
      ...how,
      name,
      description: `It was ${name}`,
      files: [{ path: 'ci/build.yml', text: 'name: {{name}}\n' }],
    });
    expect(created.status, JSON.stringify(created.body)).toBe(202);
    const operation = await user.ended(created.body.id);
    expect(operation, JSON.stringify(operation.error)).toMatchObject({
      status: 'succeeded',
      progress: 100,
    });
  }

  const { repositories } = running.stack.sandbox.state(provider);
  for (const name of Object.keys(ways)) {
    const made = repositories.find(({ fullName }) => fullName === `sandbox-user/${name}`);
    const files = made?.branches[made.defaultBranch]?.files ?? {};
    expect(files['ci/build.yml']).toBe(`name: ${name}\n`);
    expect(files['README.md']).toContain(name === 'created' ? `# ${name}` : '# Starter');
    expect(made?.description).toBe(`It was ${name}`);
  }
  expect([...running.stack.refused]).toEqual([]);
  const told = [...running.printed, ...running.stack.sandbox.requests.map(({ url }) => url)];
  expect(told.join('\n')).not.toContain(token.body.accessToken);
});
