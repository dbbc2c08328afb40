import { execFileSync, spawn } from 'node:child_process';
import { createServer, request } from 'node:http';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { listen } from '../../infra/local/listen.ts';
import { agreeAt, clientSecret, type OAuthServer, redirectUri } from './oauth-server.ts';

const application = join(import.meta.dirname, 'doorkeeper.rb');
const packages = 'ruby-doorkeeper ruby-rails ruby-sqlite3 puma';

/** What to do when this machine has no Doorkeeper; undefined when it has one. */
export function missingDoorkeeper(): string | undefined {
  try {
    execFileSync('ruby', ['-e', 'require "rails"; require "doorkeeper"; require "puma"']);
    return undefined;
  } catch {
    return `Doorkeeper is missing, only oidc-provider was asked. On Debian: apt-get update && apt-get install -y ${packages}`;
  }
}

/** Doorkeeper in a process of its own, behind a counter of its token requests. */
export async function startDoorkeeper(): Promise<OAuthServer> {
  let tokenRequests = 0;
  let port = 0;
  const { url, stop } = await listen(
    createServer((incoming, outgoing) => {
      const { method, headers, url: path } = incoming;
      if (path === '/oauth/token') tokenRequests += 1;
      const onward = request({ host: '127.0.0.1', port, method, headers, path }, (answer) => {
        outgoing.writeHead(answer.statusCode ?? 502, answer.headers);
        answer.pipe(outgoing);
      });
      onward.on('error', (error) => outgoing.destroy(error));
      incoming.pipe(onward);
    }),
    0,
  );
  const child = spawn('ruby', [application, redirectUri], {
    env: { ...process.env, CLIENT_SECRET: clientSecret },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const ended = new Promise<void>((resolve) => void child.once('exit', () => resolve()));
  for await (const line of createInterface(child.stdout)) {
    port = Number(line);
    break;
  }
  if (port === 0) throw new Error('Doorkeeper did not start');
  return {
    url,
    sendsIssuer: false,
    reuseEndsConsent: false,
    tokenRequests: () => tokenRequests,
    agree: agreeAt,
    async stop() {
      child.kill();
      await ended;
      await stop();
    },
  };
}
