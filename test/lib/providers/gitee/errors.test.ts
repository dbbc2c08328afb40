import { describe, expect, test } from 'vitest';
import { create } from '../../../../lib/providers/gitee/index.ts';
import type { Exchange } from '../../../harness/replay.ts';
import { access, contextOf, creationOf, failureOf, now, user } from '../v5/setup.ts';

type Expected = { code: string; details?: object };

const request = { namespace: user, name: 'site', description: '', visibility: 'private' } as const;

const createAt = async (reply: Exchange['reply']) => {
  const json = { name: 'site', path: 'site', description: '', private: true, auto_init: true };
  const exchange = { expect: { method: 'POST', path: '/api/v5/user/repos', json }, reply };
  const { context } = await contextOf([exchange], { kind: 'gitee' });
  return failureOf(creationOf(create(context)).create(access, request));
};

describe('what a refusal means', () => {
  const refusals: [string, Exchange['reply'], Expected][] = [
    [
      'an expired token',
      { status: 401, json: { message: '401 Unauthorized: Access token is expired' } },
      { code: 'ReconnectRequired', details: { reason: 'access_token_rejected' } },
    ],
    [
      'a missing place',
      { status: 404, json: { message: '404 Project Not Found' } },
      { code: 'NotFound' },
    ],
    [
      'a lacking scope',
      { status: 403, json: { message: '403 Forbidden: insufficient_scope' } },
      { code: 'ScopeMissing' },
    ],
    [
      'a lacking permission',
      { status: 403, json: { messages: ['没有权限'] } },
      { code: 'Forbidden', details: { reason: 'refused_by_provider' } },
    ],
    [
      'an account whose identity the host has not verified',
      { status: 422, json: { error: { base: ['当前账户尚未认证身份'] } } },
      { code: 'Forbidden', details: { reason: 'identity_not_verified' } },
    ],
    [
      'input it does not like',
      { status: 422, json: { error: { name: ['格式不正确'] } } },
      { code: 'InvalidInput', details: { reason: 'refused_by_provider' } },
    ],
    [
      'a status of its own',
      { status: 418, json: {} },
      { code: 'ProviderProtocol', details: { reason: 'status_418' } },
    ],
    [
      'maintenance',
      { status: 503, headers: { 'retry-after': '30' }, text: '<html>' },
      { code: 'ProviderUnavailable', details: { retryAfter: 30 } },
    ],
    ['a bad gateway', { status: 502, text: '<html>' }, { code: 'ProviderUnavailable' }],
    [
      'an operation before that is not over',
      { status: 409, json: { message: 'Another operation on the project is still in progress' } },
      { code: 'ProviderUnavailable' },
    ],
    [
      'an operation before that is not over, in Chinese',
      { status: 400, json: { message: '仓库正在进行其他操作' } },
      { code: 'ProviderUnavailable' },
    ],
    ['a success that is not JSON', { status: 201, text: 'ok' }, { code: 'ProviderProtocol' }],
  ];

  test.each(refusals)('given %s, when creating, then it is told so', async (_, reply, expected) => {
    expect(await createAt(reply)).toMatchObject(expected);
  });

  const takenBodies: [number, unknown][] = [
    [422, { error: { base: ['已存在同地址仓库（忽略大小写）'] } }],
    [400, { error: { base: ['已存在同地址仓库(忽略大小写)'] } }],
    [400, { message: '仓库路径已经存在' }],
    [422, { messages: ['Path has already been taken'] }],
    [409, { message: 'Conflict' }],
    [400, { message: 'Project already exists' }],
  ];

  test.each(takenBodies)(
    'given a taken name told as %d %o, when creating, then it exists already',
    async (status, json) => {
      expect(await createAt({ status, json })).toMatchObject({
        code: 'AlreadyExists',
        details: { reason: 'name_taken' },
      });
    },
  );
});

describe('limits', () => {
  const replies: [string, Exchange['reply'], number][] = [
    ['429 with Retry-After', { status: 429, headers: { 'retry-after': '12' }, text: '' }, 12],
    [
      '403 with nothing remaining',
      {
        status: 403,
        headers: { 'x-ratelimit-remaining': '0', 'x-ratelimit-reset': String(now / 1000 + 90) },
        json: { message: '403 Forbidden' },
      },
      90,
    ],
    [
      '403 that says so',
      { status: 403, json: { message: '403 Forbidden (Rate Limit Exceeded)' } },
      60,
    ],
  ];

  test.each(replies)(
    'given %s, when creating, then it is a limit',
    async (_, reply, retryAfter) => {
      expect(await createAt(reply)).toMatchObject({ code: 'RateLimited', details: { retryAfter } });
    },
  );
});
