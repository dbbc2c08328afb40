import { describe, expect, test } from 'vitest';
import type { Exchange } from '../../../harness/replay.ts';
import { replay } from '../../../harness/replay.ts';
import { appSettings, failureOf, gitHubAt, helloWorld } from './fixtures.ts';

const jwt = 'header.payload.signature';
const path = '/api/v3/app/installations';
const query = { page: '1', per_page: '50' };

async function installationsOf(script: readonly Exchange[]) {
  const { installations } = gitHubAt(await replay(script), appSettings);
  if (installations === undefined) throw new Error('a GitHub App has installations');
  return installations;
}

const asked = (expect: Partial<Exchange['expect']>, reply: Exchange['reply']): Exchange => ({
  expect: { method: 'GET', path, headers: { authorization: `Bearer ${jwt}` }, ...expect },
  reply,
});

const wire = {
  id: 1,
  account: { login: 'github', id: 1, type: 'Organization' },
  repository_selection: 'selected',
  permissions: { checks: 'write', metadata: 'read' },
  events: ['push', 'pull_request'],
  created_at: '2017-07-08T16:18:44-04:00',
  suspended_at: null,
};

describe('install URL', () => {
  test.each([
    [
      'https://github.com',
      'https://api.github.com',
      'https://github.com/apps/bridge-app/installations/new',
    ],
    [
      'https://ghe.example',
      'https://ghe.example/api/v3',
      'https://ghe.example/github-apps/bridge-app/installations/new',
    ],
  ])('given %s, when asked, then where that host keeps its apps', (webUrl, apiUrl, expected) => {
    const provider = gitHubAt({ origin: webUrl, fetch }, { ...appSettings, webUrl, apiUrl });
    expect(provider.installations?.installUrl()).toBe(expected);
  });

  test('given an OAuth app, when asked for installations, then it has none', () => {
    expect(gitHubAt({ origin: 'https://github.com', fetch }).installations).toBeUndefined();
  });
});

describe('listing installations', () => {
  test('given the app, when listed, then who installed it and what it may do', async () => {
    const link = '<https://api.github.com/app/installations?page=2>; rel="next"';
    const installations = await installationsOf([
      asked({ query }, { status: 200, headers: { link }, json: [wire] }),
    ]);
    expect(await installations.list(jwt, {})).toEqual({
      next: '2',
      items: [
        {
          id: '1',
          account: { id: '1', path: 'github' },
          repositorySelection: 'selected',
          permissions: { checks: 'write', metadata: 'read' },
          events: ['push', 'pull_request'],
          createdAt: Date.parse('2017-07-08T20:18:44Z'),
          suspended: false,
        },
      ],
    });
  });

  test('given a JWT that is refused, when listed, then the operator is told', async () => {
    const json = { message: 'A JSON web token could not be decoded' };
    const installations = await installationsOf([asked({ query }, { status: 401, json })]);
    expect((await failureOf(installations.list(jwt, {}))).code).toBe('Misconfigured');
  });
});

describe('installation token', () => {
  const minted = {
    token: 'ghs_16C7e42F292c6912E7710c838347Ae178B4a',
    expires_at: '2016-07-11T22:14:10Z',
    permissions: { issues: 'write', contents: 'read' },
    repository_selection: 'selected',
    repositories: [helloWorld],
  };

  test('C62 given a narrower scope, when minted, then exactly that is asked for', async () => {
    const scope = {
      permissions: { issues: 'write', contents: 'read' },
      repositories: ['Hello-World'],
    };
    const installations = await installationsOf([
      asked(
        { method: 'POST', path: `${path}/1/access_tokens`, json: scope },
        { status: 201, json: minted },
      ),
    ]);
    expect(await installations.token(jwt, '1', scope)).toEqual({
      token: 'ghs_16C7e42F292c6912E7710c838347Ae178B4a',
      expiresAt: Date.parse('2016-07-11T22:14:10Z'),
      permissions: { issues: 'write', contents: 'read' },
      repositorySelection: 'selected',
    });
  });

  test('given no scope and 600 characters, when minted, then the token is whole', async () => {
    const token = `ghs_${'x'.repeat(596)}`;
    const installations = await installationsOf([
      asked(
        { method: 'POST', path: `${path}/1/access_tokens` },
        { status: 201, json: { ...minted, token } },
      ),
    ]);
    expect((await installations.token(jwt, '1', {})).token).toBe(token);
  });

  test('given an id that is no name, when minted, then nothing is asked', async () => {
    const installations = await installationsOf([]);
    expect((await failureOf(installations.token(jwt, '..', {}))).code).toBe('InvalidInput');
  });

  test('given its token, when repositories are listed, then those of the installation', async () => {
    const installations = await installationsOf([
      {
        expect: {
          method: 'GET',
          path: '/api/v3/installation/repositories',
          query,
          headers: { authorization: `Bearer ${minted.token}` },
        },
        reply: { status: 200, json: { total_count: 1, repositories: [helloWorld] } },
      },
    ]);
    const { items } = await installations.repositories(minted.token, 'octocat', {});
    expect(items[0]?.fullName).toBe('octocat/Hello-World');
  });
});
