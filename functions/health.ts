import { publicEndpoint } from '../lib/runtime/endpoint.ts';
import { deploymentHealth } from '../lib/runtime/health.ts';
import { json } from '../lib/runtime/reply.ts';

/** GET /health: whether this deployment can serve, and what its operator still has to do. */
export const handler = publicEndpoint(async ({ now }) => json(200, await deploymentHealth(now)));
