/** Lists, gets a token, creates and watches through the types of openapi-typescript. */
import assert from 'node:assert/strict';
import { setTimeout as sleep } from 'node:timers/promises';
import createClient from 'openapi-fetch';
import type { components, paths } from './forgebridge.d.ts';

const {
  API_KEY,
  PUBLIC_URL = '',
  REPOSITORY = '',
  SUBJECT = '',
  THROTTLING_URL = '',
} = process.env;

function client(baseUrl: string) {
  return createClient<paths>({ baseUrl, headers: { authorization: `Bearer ${API_KEY}` } });
}

const api = client(PUBLIC_URL);
const header = { 'Forgebridge-Subject': SUBJECT };

const connections = await api.GET('/connections', { params: { header } });
assert(connections.data, JSON.stringify(connections.error));
const connection = connections.data.items[0];
assert(connection);
const path = { connectionId: connection.id };

const token = await api.POST('/connections/{connectionId}/token', { params: { header, path } });
assert(token.data, JSON.stringify(token.error));

const accepted = await api.POST('/repositories', {
  params: { header: { ...header, 'Idempotency-Key': REPOSITORY } },
  body: {
    connection: connection.id,
    name: REPOSITORY,
    template: 'templates/starter',
    files: [
      { path: 'note.txt', text: '{{name}}\n' },
      { path: 'data.bin', base64: Buffer.of(0, 1).toString('base64') },
    ],
  },
});
assert(accepted.data, JSON.stringify(accepted.error));

async function ended(operationId: string): Promise<components['schemas']['Operation']> {
  for (;;) {
    const params = { header, path: { operationId } };
    const { data, error, response } = await api.GET('/operations/{operationId}', { params });
    assert(data, JSON.stringify(error));
    const wait = response.headers.get('retry-after');
    if (wait === null) return data;
    await sleep(1_000 * Number(wait));
  }
}
const operation = await ended(accepted.data.id);

const unknown = { connectionId: 'x'.repeat(22) };
const missing = await api.GET('/connections/{connectionId}', { params: { header, path: unknown } });
assert(missing.error && 'code' in missing.error);

const limited = await api.GET('/connections/{connectionId}/repositories', {
  params: { header, path },
});
assert(limited.error && 'code' in limited.error);
assert.equal(limited.error.code, 'RateLimited');

const gateway = client(THROTTLING_URL);
const throttled = await gateway.GET('/connections', { params: { header } });
assert(throttled.error && 'message' in throttled.error);

const later = await gateway.GET('/connections/{connectionId}', {
  params: { header, path: unknown },
});
assert(later.error && 'code' in later.error);

process.stdout.write(
  JSON.stringify({
    accessToken: token.data.accessToken,
    status: operation.status,
    fullName: operation.result?.fullName,
    missing: missing.error.code,
    later: later.error.code,
    limited: limited.error.retryAfter,
    throttled: throttled.error.message,
  }),
);
