import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { ForgebridgeError } from '../../lib/errors.ts';
import { kinds, type ProviderSettings } from '../../lib/providers/provider.ts';
import { type Reason, refusalReader, sharedReasons } from '../../lib/providers/refusal.ts';
import { reasonsOf } from '../../lib/providers/registry.ts';
import { creatingHosts } from './hosts.ts';
import { type Person, person, refused } from './person.ts';
import { type Stage, startStage } from './stage.ts';

const settings: ProviderSettings = {
  id: 'host',
  kind: 'gitlab',
  name: 'Host',
  webUrl: 'https://host.example',
  apiUrl: 'https://host.example/api',
  clientId: 'client-1',
  scopes: [],
};

/** Pages at which a person can do what a remedy asks for, by what they are for. */
const pages: Readonly<Record<string, RegExp>> = {
  'https://host.example': /terms|sign in|identity|phone|e-mail|two-factor/i,
  'https://host.example/login': /sign in/i,
  'https://host.example/user/login': /sign in/i,
  'https://host.example/user/settings/applications': /revoke/i,
  'https://host.example/users/sign_in': /sign(ing)? in/i,
  'https://host.example/settings/connections/applications/client-1': /authorize|ask for access/i,
  'https://host.example/settings/emails': /e-mail/i,
  'https://host.example/settings/security': /two-factor/i,
  'https://host.example/settings/installations': /app|permission/i,
  'https://host.example/-/user_settings/profile': /e-mail/i,
  'https://host.example/user/settings/security': /two-factor/i,
  'https://host.example/-/profile/two_factor_auth': /two-factor/i,
};

const tables = await Promise.all(
  [
    ...kinds.map((kind) => [kind, reasonsOf(kind)] as const),
    ['every host', sharedReasons] as const,
  ].map(async ([name, reasons]) => [name, await reasons] as const),
);

const rows = tables.flatMap(([kind, reasons]) =>
  Object.entries(reasons).map(([name, reason]: [string, Reason]) => [kind, name, reason] as const),
);

/** Of these, other members say what to do: a link, another name, a time. */
const spokenFor = ['ReconnectRequired', 'AlreadyExists', 'ProviderUnavailable', 'Misconfigured'];

describe('remedies', () => {
  test.each(rows)(
    'given %s says %s, when a person reads it, then there is something to do that can help',
    (_, name, reason) => {
      if (reason.remedy === undefined) {
        expect(name === 'gone' || spokenFor.includes(reason.code), 'add a remedy').toBe(true);
        return;
      }
      expect(reason.remedy).toMatch(/\w+ \w+/);
      // A person with a good connection is never sent to connect again, but for scopes.
      if (/reconnect/i.test(reason.remedy)) expect(reason.code).toBe('ScopeMissing');
    },
  );

  test.each(rows)(
    'given the words of %s for %s, when they are filled in, then no gap is left, and each link leads where it can be done',
    (_, name, reason) => {
      const { because } = refusalReader({ [name]: reason }, { settings, now: () => 0 });
      const words = [...(reason.remedy ?? '').matchAll(/\{(\w+)\}/g)].map(([, word = '']) => word);
      const others = words.filter((word) => word !== 'web' && word !== 'client');
      const { details } = because(name, Object.fromEntries(others.map((word) => [word, word])));
      expect(details.remedy ?? '').not.toContain('{');
      if (reason.remedy !== undefined) expect(details.remedy).toBeDefined();
      for (const [link] of (details.remedy ?? '').matchAll(/https:\/\/[^\s,]+[^\s,.]/g)) {
        expect(Object.keys(pages), link).toContain(link);
        expect(details.remedy).toMatch(pages[link] ?? /never/);
      }
    },
  );
});

/** Calls that make something, at which a link to install an app could be given. */
const making = {
  create: ({ creation, access }: Person) => creation.create?.(access, wish),
  generate: ({ creation, access }: Person) => creation.generate?.(access, template, wish),
  fork: ({ creation, access }: Person) => creation.fork?.(access, template, wish),
};
const own = { id: '1', path: 'sandbox-user', name: 'sandbox-user', kind: 'user' } as const;
const wish = { namespace: own, name: 'mine', description: '', visibility: 'public' } as const;
const template = { template: 'templates/starter', includeAllBranches: false };

describe('links to install an app', () => {
  const stages = new Map<string, Stage>();
  beforeAll(async () => {
    stages.set('as an app', await startStage());
    stages.set('without one', await startStage({ githubApp: 'oauth-app' }));
  });
  afterAll(async () => {
    for (const { sandbox } of stages.values()) await sandbox.close();
  });

  const refusals = [
    [403, 'Resource not accessible by integration'],
    [404, 'Not Found'],
    [403, 'refused'],
    [422, 'Could not clone: template repository not found.'],
  ] as const;
  const rows = creatingHosts.flatMap((id) =>
    ['as an app', 'without one'].flatMap((guise) =>
      [true, false].map((installed) => [id, guise, installed] as const),
    ),
  );

  test.each(rows)(
    'given %s %s, installed: %s, when it refuses in whatever words, then a link is given only where an app is to be installed, and it leads to a page for that',
    async (id, guise, installed) => {
      const stage = stages.get(guise);
      if (stage === undefined) throw new Error(guise);
      const somebody = await person(stage, id);
      if (id === 'github') stage.sandbox.setInstalled(id, 'sandbox-user', installed);
      const tries = refusals.flatMap((refusal) =>
        Object.values(making).map((make) => ({ refusal, make })),
      );
      for (const { refusal, make } of tries) {
        const [status, message] = refusal;
        somebody.answering({ method: 'POST', path: '*/*', status, body: { message } });
        const offered = make(somebody) ?? Promise.reject(new ForgebridgeError('Unsupported'));
        const { installUrl, code } = await refused(offered);
        stage.sandbox.clearFaults();
        await expectToHelp(somebody, installed, code, installUrl);
      }
    },
  );

  async function expectToHelp(
    { client }: Person,
    installed: boolean,
    code: string,
    link: string | undefined,
  ): Promise<void> {
    if (link === undefined) return;
    expect(client.installations, `${code} has a link`).toBeDefined();
    expect(['InstallationRequired', 'NotFound']).toContain(code);
    // Nobody is sent to install for an owner what is installed there.
    if (code === 'InstallationRequired') expect(installed).toBe(false);
    expect((await fetch(link)).status).toBe(200);
  }
});
