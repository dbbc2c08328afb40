import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from '../../infra/local/template.ts';
import { builtGitea } from './build.ts';
import { converse } from './exchanges.ts';
import { startGitea } from './server.ts';

import { furnish } from './steward.ts';
import { visitConsent } from './visit.ts';

/*
 * `node test/gitea/record.ts` asks a real Gitea everything in exchanges.ts and writes what it says to
 * where the stand-in takes its answers from.
 */
const file = join(root, 'infra/local/sandbox/gitea/answers.json');
const server = await startGitea(
  await builtGitea((line) => void process.stdout.write(`${line}\n`)),
  { rootUrl: 'http://gitea.example' },
);
try {
  const app = await furnish(server, ['http://localhost:3000/callback']);
  const { url: webUrl } = server;
  const said = await converse({
    ...app,
    webUrl,
    apiUrl: `${webUrl}/api/v1`,
    scopes: ['write:user', 'write:organization', 'write:repository'],
    visit: visitConsent,
  });
  writeFileSync(file, `${JSON.stringify(said, null, 2)}\n`);
  process.stdout.write(`${Object.keys(said).length} answers in ${file}\n`);
} finally {
  await server.stop();
}
