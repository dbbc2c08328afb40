import { ForgebridgeError, isForgebridgeError } from '../../errors.ts';
import { parseBody, parseRows, type Schema } from '../../http/answer.ts';
import { linksOn, readPage } from '../../http/paging.ts';
import { defined } from '../../primitives/defined.ts';
import type {
  Access,
  Creation,
  Namespace,
  Page,
  Provider,
  ProviderContext,
  Repository,
} from '../provider.ts';
import { sameName, splitName } from '../wire.ts';
import { bearer, type GitHub } from './client.ts';
import {
  branchSchema,
  organizationSchema,
  repositorySchema,
  toAccount,
  toNamespace,
  toRepository,
  userSchema,
  type WireRepository,
  withoutBranch,
} from './wire.ts';

/** A repository's place in a route. */
export interface Location {
  readonly owner: string;
  readonly repo: string;
}

/**
 * @throws ForgebridgeError `InvalidInput` for anything but `owner/name`.
 */
export function locate(fullName: string): Location {
  const { owner, name } = splitName(fullName);
  if (!owner || !name || owner.includes('/')) {
    throw new ForgebridgeError('InvalidInput', {
      fields: [{ field: 'repository', problem: 'must be owner/name' }],
    });
  }
  return { owner, repo: name };
}

/** One of GitHub's lists, page by page; `rows` finds the list in an answer. */
export interface Listing<Row, Item> {
  readonly route: string;
  readonly parameters?: Readonly<Record<string, unknown>>;
  readonly row: Schema<Row>;
  readonly convert: (row: Row) => Item | undefined;
  readonly rows?: (data: unknown) => unknown;
  readonly refine?: Parameters<GitHub>[0]['refine'];
}

export function gitHubPage<Row, Item>(
  github: GitHub,
  token: string,
  cursor: string | undefined,
  { route, parameters, row, convert, rows = (data) => data, refine }: Listing<Row, Item>,
): Promise<Page<Item>> {
  return readPage(cursor, async ({ page, size }) => {
    const { data, headers } = await github({
      route,
      authorization: bearer(token),
      parameters: { ...parameters, page, per_page: size },
      ...defined({ refine }),
    });
    const items = parseRows(row, rows(data), convert, github.leftOut);
    const hidden = hiddenBySignOn(headers);
    if (hidden > 0) github.leftOut(hidden);
    return { items, more: linksOn(headers) };
  });
}

/**
 * How many organizations a list is silent about, because the user has no single sign-on session
 * there (docs.github.com/rest/authentication, X-GitHub-SSO).
 */
function hiddenBySignOn(headers: Headers): number {
  const said = headers.get('x-github-sso') ?? '';
  return (/^partial-results; *organizations=([\d,]+)/.exec(said)?.[1] ?? '')
    .split(',')
    .filter(Boolean).length;
}

/** One repository as GitHub describes it; raises `NotFound` when there is none. */
export async function readRepository(
  github: GitHub,
  token: string,
  place: Location,
): Promise<WireRepository> {
  const { data } = await github({
    route: 'GET /repos/{owner}/{repo}',
    authorization: bearer(token),
    parameters: { ...place },
  });
  return parseBody(repositorySchema, data);
}

/** Whether the branch has a commit: a repository names a default branch long before it has one. */
export async function hasCommit(
  github: GitHub,
  token: string,
  place: Location,
  branch: string,
): Promise<boolean> {
  try {
    const { data } = await github({
      route: 'GET /repos/{owner}/{repo}/branches/{branch}',
      authorization: bearer(token),
      parameters: { ...place, branch },
    });
    parseBody(branchSchema, data);
    return true;
  } catch (error) {
    if (isForgebridgeError(error, 'NotFound')) return false;
    throw error;
  }
}

/** Who the user is, and what they have. */
export function gitHubAccount(
  github: GitHub,
  { settings: { webUrl } }: ProviderContext,
): Pick<Provider, 'identify' | 'repositories'> {
  return {
    identify: async (token) => toAccount(await readUser(github, token)),

    repositories: (access, { namespace, cursor }) =>
      gitHubPage(github, access.token, cursor, {
        ...listing(access, namespace),
        row: repositorySchema,
        convert: (row): Repository => toRepository(row, webUrl),
      }),
  };
}

async function readUser(github: GitHub, token: string) {
  const { data } = await github({ route: 'GET /user', authorization: bearer(token) });
  return parseBody(userSchema, data);
}

type Places = Required<
  Pick<Creation, 'namespaces' | 'findNamespace' | 'findRepository' | 'deleteRepository'>
>;

/** Where a user may create, and what stands there. */
export function gitHubPlaces(github: GitHub, { settings: { webUrl } }: ProviderContext): Places {
  const own = async (token: string) => toNamespace(await readUser(github, token), 'user');

  return {
    async namespaces({ token }, { cursor }) {
      const { items, ...rest } = await gitHubPage(github, token, cursor, {
        route: 'GET /user/orgs',
        row: organizationSchema,
        convert: (row): Namespace => toNamespace(row, 'organization'),
      });
      return { items: cursor === undefined ? [await own(token), ...items] : items, ...rest };
    },

    // Whether the user may create there only the creating call tells.
    async findNamespace({ token, login }, path) {
      if (path === undefined || sameName(path, login)) return own(token);
      try {
        const { data } = await github({
          route: 'GET /orgs/{org}',
          authorization: bearer(token),
          parameters: { org: path },
        });
        return toNamespace(parseBody(organizationSchema, data), 'organization');
      } catch (error) {
        if (!isForgebridgeError(error, 'NotFound')) throw error;
        const user = await own(token);
        return sameName(user.path, path) ? user : undefined;
      }
    },

    async findRepository({ token }, fullName) {
      const place = locate(fullName);
      try {
        const wire = await readRepository(github, token, place);
        const repository = toRepository(wire, webUrl);
        // GitHub names a default branch before there is one; only then is the size 0.
        const branch = wire.size === 0 ? repository.defaultBranch : undefined;
        const empty = branch !== undefined && !(await hasCommit(github, token, place, branch));
        return empty ? withoutBranch(repository) : repository;
      } catch (error) {
        if (isForgebridgeError(error, 'NotFound')) return undefined;
        throw error;
      }
    },

    async deleteRepository({ token }, { fullName }) {
      try {
        await github({
          route: 'DELETE /repos/{owner}/{repo}',
          authorization: bearer(token),
          parameters: { ...locate(fullName) },
        });
      } catch (error) {
        // Gone already: an earlier try's reply was lost. What was moved is not gone.
        if (!isForgebridgeError(error, 'NotFound') || error.details.reason === 'moved') throw error;
      }
    },
  };
}

function listing(access: Access, namespace: string | undefined) {
  if (namespace === undefined) return { route: 'GET /user/repos' };
  if (sameName(namespace, access.login)) {
    return { route: 'GET /user/repos', parameters: { affiliation: 'owner' } };
  }
  return { route: 'GET /orgs/{org}/repos', parameters: { org: namespace } };
}
