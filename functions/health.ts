import type { Health } from '../lib/api/schemas/deployment.ts';
import { showsKey } from '../lib/callers/authenticate.ts';
import { deploymentHealth } from '../lib/compose/deployment-health.ts';
import { publicEndpoint } from '../lib/edge/endpoint.ts';
import { json } from '../lib/edge/reply.ts';

/** GET /health: whether this deployment can serve; to who has an API key, what is still to be done. */
export const handler = publicEndpoint(async ({ request, now }) => {
  const whole = await showsKey(request, now);
  const { status, ...parts } = await deploymentHealth(now);
  return json<Health>(200, { status, ...(whole ? parts : {}) });
});
