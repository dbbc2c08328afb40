import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startTestGateway, type TestGateway } from '../harness/gateway.ts';
import { authorizeUrl, backend, connected, ended, erased, signedIn } from '../http/person.ts';
import { records } from '../http/records.ts';
import { codeIn, type Page, page, rows, section } from './markdown.ts';

type StoredRecord = Readonly<Record<string, unknown>>;

/** The beginning of a key, up to what differs from record to record. */
function begin(key: unknown): string {
  return /^[A-Z]+#?/.exec(String(key))?.[0] ?? '';
}

describe('docs/storage.md', () => {
  let gateway: TestGateway;
  let storage: Page;
  const seen: StoredRecord[] = [];

  /** Everything that the bundle stores, looked at while each of it is there. */
  beforeAll(async () => {
    gateway = await startTestGateway();
    storage = await page('docs/storage.md');
    const person = await signedIn(gateway, 'subject');
    const call = backend(gateway, 'subject');
    // A revocation of which its host does not hear, and a new consent meanwhile.
    const left = await connected(gateway, person, 'gitlab');
    const unheard = { provider: 'gitlab', path: '/oauth/revoke', action: 'status' } as const;
    gateway.sandbox.fault({ ...unheard, status: 503 });
    expect((await call('DELETE', `/connections/${left}`)).status).toBe(204);
    const connection = await connected(gateway, person, 'gitlab');
    await authorizeUrl(gateway, person, 'gitlab');
    const link = { request: 'r'.repeat(43), subject: 'subject' };
    expect((await call('POST', '/sessions', { json: link })).status).toBe(201);
    const installations = (await call('GET', '/installations/atomgit')).body.items;
    await call('POST', `/installations/atomgit/${installations[0].id}/token`);
    const made = await call('POST', '/repositories', {
      json: {
        connection,
        name: 'stored',
        template: 'templates/starter',
        files: [{ path: 'a.txt', text: 'a' }],
      },
      headers: { 'idempotency-key': 'stored' },
    });
    const form = await person.open(`${gateway.url}/new`);
    await person.submit(form, form.forms[0], { fields: { go: 'connect/gitlab' } });
    seen.push(...(await records(gateway)));
    await ended(gateway, 'subject', made.body.id);
    seen.push(...(await records(gateway)));
    // What its host has not heard of is tried again after a minute, for which nobody need wait.
    gateway.clock.advance(61_000);
    await erased(gateway, 'subject');
    seen.push(...(await records(gateway)));
  });
  afterAll(() => gateway.stop());

  const forms = () =>
    rows(section(storage, '## All forms')).map(([pk = '', sk = '', , v = '', ttl = '']) => {
      const partition = codeIn(pk).map(begin)[0] ?? '';
      return { pk: partition, sk: codeIn(sk).map(begin)[0] ?? partition, v: Number(v), ttl };
    });
  const formOf = ({ pk, sk }: StoredRecord) =>
    forms().find((form) => form.pk === begin(pk) && form.sk === begin(sk));

  test('given what the bundle stores, when its keys are compared with the forms, then each has a row, and each row has a record', () => {
    const stored = seen.map(({ pk, sk }) => `${begin(pk)} ${begin(sk)}`);
    const written = forms().map(({ pk, sk }) => `${pk} ${sk}`);
    expect([...new Set(stored)].toSorted()).toEqual(written.toSorted());
  });

  test('given each record, when its version and its end are compared, then they are as written', () => {
    for (const record of seen) {
      const form = formOf(record);
      expect(record.v, form?.sk).toBe(form?.v);
      expect(record.ttl === undefined, form?.sk).toBe(form?.ttl === 'none');
    }
  });

  test('given each record, when its attributes are compared, then its section names each', async () => {
    const sections = new Map([
      ['CONNECTION#', section(storage, '## Connections')],
      ['REVOCATION#', section(storage, '## Connections')],
      ['SESSION#', section(storage, '## Sessions, links and flows')],
      ['FLOW#', section(storage, '## Sessions, links and flows')],
      ['LINK', section(storage, '## Sessions, links and flows')],
      ['APIKEY#', section(storage, '## API keys')],
      ['KEYUSE', section(storage, '## API keys')],
      ['OPERATION#', section(storage, '## Operations')],
      ['FILES#', section(storage, '## Operations')],
      ['NAME#', section(storage, '## Operations')],
      ['DRAFT#', section(storage, '## Drafts')],
      ['ERASURE', section(storage, '## Erasures')],
      ['TOKEN#', section(await page('docs/installations.md'), '## At rest')],
    ]);
    const everywhere = codeIn(storage.text.split('\n## ')[0] ?? '');
    for (const record of seen) {
      const { sk = '' } = formOf(record) ?? {};
      const named = codeIn(sections.get(sk)?.text ?? '').map((name) => name.replace('?', ''));
      const unknown = Object.keys(record).filter(
        (name) => ![...everywhere, ...named].includes(name),
      );
      expect(unknown, sk).toEqual([]);
    }
  });
});
