import * as z from 'zod/mini';
import { parseBody } from '../../http/answer.ts';
import type { Rest } from '../../http/rest.ts';
import type { Page, PageRequest, Repository } from '../provider.ts';
import { pageNumber, perPage, repositorySchema, toPage, toRepository } from '../v5/wire.ts';

/** The version of the API that the guide of 2023 describes. */
export const versionHeader = { 'x-api-version': '2023-02-21' };

/** One page of the repositories under `path`, with a user's token or an installation's. */
export async function listRepositories(
  rest: Rest,
  webUrl: string,
  request: { readonly path: string; readonly token: string } & PageRequest,
): Promise<Page<Repository>> {
  const { path, token, cursor } = request;
  const page = pageNumber(cursor);
  const query = { page, per_page: perPage };
  const answer = await rest({ method: 'GET', path, query, token, headers: versionHeader });
  const rows = parseBody(z.array(repositorySchema), answer.body);
  return toPage(
    rows.map((body) => toRepository(body, webUrl)),
    page,
    answer,
  );
}
