import { publicEndpoint } from '../lib/runtime/endpoint.ts';
import { json } from '../lib/runtime/reply.ts';
import description from '../openapi.yaml';

/** GET /openapi.json: this API, described. */
export const handler = publicEndpoint(() => json(200, description));
