import { type Rest, restClient } from '../../http/rest.ts';
import type { ProviderContext } from '../provider.ts';
import { failure } from './failure.ts';

/** The REST client of one host, its refusals read as {@link failure} does. */
export function v5Rest({ settings, fetch, now }: ProviderContext): Rest {
  return restClient({
    apiUrl: settings.apiUrl,
    fetch,
    failure: (answer, request) => failure(answer, request, now()),
  });
}
