import { parseBody } from '../../http/answer.ts';
import type { Gitea } from './client.ts';
import { versionSchema } from './wire.ts';

/** The first one that commits several files at once and has the switch for Actions. */
const needed = { major: 1, minor: 20 };

/**
 * Asks the server what it is, before anything is created there. Forgejo says `11.0.1+gitea-1.22.0`:
 * its own version, and the Gitea whose API it has. What cannot be read is taken to be new enough.
 *
 * @throws ForgebridgeError `Unsupported`, `reason: 'server_too_old'`.
 */
export async function requireVersion(gitea: Gitea, token: string): Promise<void> {
  const { body } = await gitea({ method: 'GET', path: '/version', token });
  const { version } = parseBody(versionSchema, body);
  const [, major, minor] =
    /\+gitea-(\d+)\.(\d+)/.exec(version) ?? /^v?(\d+)\.(\d+)/.exec(version) ?? [];
  if (major === undefined || Number(major) > needed.major) return;
  if (Number(major) === needed.major && Number(minor) >= needed.minor) return;
  throw gitea.because('server_too_old', { version: `${major}.${minor}` });
}
