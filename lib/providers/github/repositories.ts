import * as z from 'zod/mini';
import { ForgebridgeError, isForgebridgeError } from '../../errors.ts';
import { parseBody } from '../../http/answer.ts';
import type { Access, Creation, Provider } from '../provider.ts';
import { bearer, type GitHub } from './client.ts';
import {
  organizationSchema,
  pageQuery,
  repositorySchema,
  toAccount,
  toNamespace,
  toPage,
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
  const [owner, repo, ...more] = fullName.split('/');
  if (!owner || !repo || more.length > 0) {
    throw new ForgebridgeError('InvalidInput', {
      fields: [{ field: 'repository', problem: 'must be owner/name' }],
    });
  }
  return { owner, repo };
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
    await github({
      route: 'GET /repos/{owner}/{repo}/branches/{branch}',
      authorization: bearer(token),
      parameters: { ...place, branch },
    });
    return true;
  } catch (error) {
    if (isForgebridgeError(error, 'NotFound')) return false;
    throw error;
  }
}

/** Who the user is, and what they have. */
export function gitHubAccount(github: GitHub): Pick<Provider, 'identify' | 'repositories'> {
  return {
    identify: async (token) => toAccount(await readUser(github, token)),

    async repositories(access, { namespace, ...page }) {
      const { data, headers } = await github({
        ...listing(access, namespace, pageQuery(page)),
        authorization: bearer(access.token),
      });
      return toPage(parseBody(z.array(repositorySchema), data).map(toRepository), headers);
    },
  };
}

async function readUser(github: GitHub, token: string) {
  const { data } = await github({ route: 'GET /user', authorization: bearer(token) });
  return parseBody(userSchema, data);
}

type Places = Required<Pick<Creation, 'namespaces' | 'findRepository' | 'deleteRepository'>>;

/** Where a user may create, and what stands there. */
export function gitHubPlaces(github: GitHub): Places {
  return {
    async namespaces({ token }, page) {
      const { data, headers } = await github({
        route: 'GET /user/orgs',
        authorization: bearer(token),
        parameters: pageQuery(page),
      });
      const organizations = parseBody(z.array(organizationSchema), data).map((organization) =>
        toNamespace(organization, 'organization'),
      );
      const own =
        page.cursor === undefined ? [toNamespace(await readUser(github, token), 'user')] : [];
      return toPage([...own, ...organizations], headers);
    },

    async findRepository({ token }, fullName) {
      const place = locate(fullName);
      try {
        const wire = await readRepository(github, token, place);
        const repository = toRepository(wire);
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
        // Gone already: an earlier try's reply was lost.
        if (!isForgebridgeError(error, 'NotFound')) throw error;
      }
    },
  };
}

function listing(access: Access, namespace: string | undefined, page: object) {
  if (namespace === undefined) return { route: 'GET /user/repos', parameters: { ...page } };
  if (namespace.toLowerCase() === access.login.toLowerCase()) {
    return { route: 'GET /user/repos', parameters: { ...page, affiliation: 'owner' } };
  }
  return { route: 'GET /orgs/{org}/repos', parameters: { ...page, org: namespace } };
}
