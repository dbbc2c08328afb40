import { type Context, Hono } from 'hono';
import * as z from 'zod/mini';
import { faultRule } from './faults.ts';
import { quirks } from './options.ts';
import { hostIds } from './registry.ts';
import type { Sandbox } from './sandbox.ts';

const index = `Sandbox control

GET    /providers           settings of the stand-ins, client secrets and app keys included
GET    /state               accounts, repositories with files, tokens of every stand-in
GET    /state/{provider}    the same of one: ${hostIds.join(', ')}
GET    /requests            every request: provider, method, raw URL, header names, status
GET    /undocumented        what was asked or answered and is not in what the host publishes
GET    /token-calls         token endpoint calls by provider and grant type
POST   /faults              adds one fault (JSON, below)
DELETE /faults              removes all faults
POST   /expire              {"provider", "token"?}: ends one token, or every access token
POST   /revoke              {"provider", "token"?}: revokes one token, or all
POST   /advance             {"ms"}: moves the sandbox clock forward
POST   /installed           {"provider", "login", "installed"}: installs or removes the app
POST   /quirks              {"provider", "quirk", "on"}: switches an oddity on or off:
                            ${quirks.join(', ')}
POST   /rename              {"provider", "fullName", "path"}: gives a repository another path
POST   /reset               back to the first state

A fault: {"provider"?, "method"?, "path"? (* stands for anything), "grantType"?, "count"? (1),
"skip"? (0), "action": reset-before | reset-after | status | rate-limit | truncate | html |
text | oversize | error-200 | delay, "delayMs"?, "delayAfterMs"?, "status"?, "acts"?, "retryAfter"?,
"bytes"?, "body"?, "headers"?}

Example: the third fork at GitLab is made, but its answer is lost.
curl -X POST localhost:4010/faults -H 'content-type: application/json' \\
  -d '{"provider":"gitlab","method":"POST","path":"*/fork","skip":2,"action":"reset-after"}'

Templates: starter, empty, slow, fails, hangs, cancelled, odd, private, in the account "templates".
`;

const provider = z.enum(hostIds);
const tokenChoice = z.strictObject({ provider, token: z.optional(z.string()) });
const advance = z.strictObject({ ms: z.number() });
const installed = z.strictObject({ provider, login: z.string(), installed: z.boolean() });
const oddity = z.strictObject({ provider, quirk: z.enum(quirks), on: z.boolean() });
const renamed = z.strictObject({ provider, fullName: z.string(), path: z.string() });

/** The sandbox's controls over HTTP; `GET /` explains them. */
export function createControl(sandbox: Omit<Sandbox, 'controlUrl'>): Hono {
  const app = new Hono();
  const post = <Schema extends z.ZodMiniType>(
    path: string,
    schema: Schema,
    act: (input: z.output<Schema>) => void,
  ) =>
    app.post(path, async (c: Context) => {
      const input = z.safeParse(schema, await c.req.json().catch(() => undefined));
      if (!input.success) return c.json({ error: z.treeifyError(input.error) }, 400);
      act(input.data);
      return c.body(null, 204);
    });

  app.get('/', (c) => c.text(index));
  app.get('/providers', (c) => c.json(sandbox.providers));
  app.get('/requests', (c) => c.json(sandbox.requests));
  app.get('/undocumented', (c) => c.json(sandbox.undocumented));
  app.get('/state', (c) =>
    c.json(Object.fromEntries(hostIds.map((id) => [id, sandbox.state(id)] as const))),
  );
  app.get('/state/:provider', (c) => {
    const id = z.safeParse(provider, c.req.param('provider'));
    return id.success ? c.json(sandbox.state(id.data)) : c.text('no such stand-in\n', 404);
  });
  app.get('/token-calls', (c) =>
    c.json(Object.fromEntries(hostIds.map((id) => [id, sandbox.tokenCalls(id)] as const))),
  );
  post('/faults', faultRule, (rule) => void sandbox.fault(rule));
  app.delete('/faults', (c) => {
    sandbox.clearFaults();
    return c.body(null, 204);
  });
  post('/expire', tokenChoice, (choice) => sandbox.expire(choice.provider, choice.token));
  post('/revoke', tokenChoice, (choice) => sandbox.revoke(choice.provider, choice.token));
  post('/advance', advance, ({ ms }) => sandbox.advance(ms));
  post('/installed', installed, (choice) =>
    sandbox.setInstalled(choice.provider, choice.login, choice.installed),
  );
  post('/quirks', oddity, (choice) => sandbox.quirk(choice.provider, choice.quirk, choice.on));
  post('/rename', renamed, (choice) =>
    sandbox.rename(choice.provider, choice.fullName, choice.path),
  );
  app.post('/reset', (c) => {
    sandbox.reset();
    return c.body(null, 204);
  });
  return app;
}
