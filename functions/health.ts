import type { Health } from '../lib/api/schemas/deployment.ts';
import { deploymentHealth } from '../lib/compose/deployment-health.ts';
import { publicEndpoint } from '../lib/edge/endpoint.ts';
import { json } from '../lib/edge/reply.ts';

/** GET /health: whether this deployment can serve, and what its operator still has to do. */
export const handler = publicEndpoint(async ({ now }) =>
  json<Health>(200, await deploymentHealth(now)),
);
