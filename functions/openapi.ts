import { publicEndpoint } from '../lib/edge/endpoint.ts';
import { json } from '../lib/edge/reply.ts';
import description from '../openapi.yaml';

/** GET /openapi.json: this API, described. */
export const handler = publicEndpoint(() => json<unknown>(200, description));
