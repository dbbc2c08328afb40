import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { permissionsOf } from '../../infra/local/policies.ts';
import { grants } from '../../lib/api/grants.ts';
import { startTestGateway, type TestGateway } from '../harness/gateway.ts';
import { hurried, useEverything } from './every-grant.ts';

/** What Lambda itself does in a function's name; its code never asks for it. */
const byLambda = /^(logs|xray|sqs):/;

describe('what each function may do', () => {
  let gateway: TestGateway;
  beforeAll(async () => {
    gateway = await startTestGateway(hurried);
    await useEverything(gateway);
  });
  afterAll(() => gateway.stop());

  test.each(Object.keys(grants))(
    'given all that %s is there for, when it is done, then it has used each of its grants and needed no other',
    (key) => {
      const own = gateway.decisions.filter(({ functionKey }) => functionKey === key);
      const granted = [...permissionsOf(gateway.roles.get(key) ?? [])];
      expect(own.filter(({ allowed }) => !allowed)).toEqual([]);
      expect([...new Set(own.map(({ permission }) => permission))].toSorted()).toEqual(
        granted.filter((permission) => !byLambda.test(permission)).toSorted(),
      );
    },
  );
});
