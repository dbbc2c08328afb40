import { expect, test } from 'vitest';
import { replay } from '../../harness/replay.ts';

const get = { method: 'GET', path: '/user' };
const down = { expect: get, reply: { status: 503 } } as const;
const up = { expect: get, reply: { status: 200, json: { id: 1 } } } as const;

test.each([
  [0, [0, 0]],
  [0.5, [200, 400]],
  [1, [400, 800]],
])(
  'C47 given a host that fails twice, when chance says %d, then the pauses before the second and third try are that part of 400 and 800 ms',
  async (chance, expected) => {
    const pauses: number[] = [];
    const host = await replay([down, down, up], {
      random: () => chance,
      sleep: async (milliseconds) => void pauses.push(milliseconds),
    });
    expect((await host.fetch(`${host.origin}/user`)).status).toBe(200);
    expect(pauses).toEqual(expected);
  },
);

test('C47 given a host that says when to ask again, when that is soon, then exactly that is waited', async () => {
  const pauses: number[] = [];
  const busy = { status: 429, headers: { 'retry-after': '3' } };
  const host = await replay([{ expect: get, reply: busy }, up], {
    sleep: async (milliseconds) => void pauses.push(milliseconds),
  });
  expect((await host.fetch(`${host.origin}/user`)).status).toBe(200);
  expect(pauses).toEqual([3_000]);
});
