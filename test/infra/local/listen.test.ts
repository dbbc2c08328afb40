import { createServer } from 'node:http';
import { afterEach, expect, test } from 'vitest';
import { listen } from '../../../infra/local/listen.ts';
import { listen as listenAsHost } from '../../../infra/local/sandbox/listener.ts';

let stop: () => Promise<void>;
afterEach(() => stop());

const parts: Readonly<Record<string, () => Promise<string>>> = {
  async 'a part of the stack'() {
    const service = await listen(
      createServer((_, response) => response.end('here')),
      0,
    );
    stop = service.stop;
    return service.url;
  },
  async 'a host of the sandbox'() {
    const listener = await listenAsHost(0, () => new Response('here'));
    stop = listener.close;
    return listener.origin;
  },
};

// A server that ends idle connections says when, in this header; Node's own would after five seconds.
// Whoever asks in the same process meets that end just after something has kept it busy so long.
test.each(Object.keys(parts))(
  'given %s, when it has answered, then it leaves the connection for others to end',
  async (part) => {
    const answer = await fetch((await parts[part]?.()) ?? '');
    expect(await answer.text()).toBe('here');
    expect(answer.headers.get('connection')).toBe('keep-alive');
    expect(answer.headers.get('keep-alive')).toBeNull();
  },
);
