import type { Page, Repository } from '../provider.ts';
import type { V5Rest } from '../v5/rest.ts';
import { repositorySchema, toRepository, v5Page } from '../v5/wire.ts';

/** The version of the API that the guide of 2023 describes. */
export const versionHeader = { 'x-api-version': '2023-02-21' };

/** One page of the repositories under `path`, with a user's token or an installation's. */
export function listRepositories(
  rest: V5Rest,
  webUrl: string,
  path: string,
  token: string,
  cursor: string | undefined,
): Promise<Page<Repository>> {
  return v5Page(rest, token, cursor, {
    path,
    headers: versionHeader,
    row: repositorySchema,
    convert: (row): Repository | undefined => toRepository(row, webUrl),
  });
}
