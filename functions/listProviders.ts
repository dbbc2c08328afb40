import type { ProviderList } from '../lib/api/schemas/provider.ts';
import { providerOffers } from '../lib/compose/provider-offers.ts';
import { publicEndpoint } from '../lib/edge/endpoint.ts';
import { json } from '../lib/edge/reply.ts';

/** GET /providers: what people can connect to here, and what it can do. */
export const handler = publicEndpoint(async ({ invocation }) =>
  json<ProviderList>(200, { items: await providerOffers(invocation) }),
);
