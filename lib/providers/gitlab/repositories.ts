import * as z from 'zod/mini';
import { ForgebridgeError, isForgebridgeError } from '../../errors.ts';
import { parseBody } from '../../http/answer.ts';
import { segments } from '../../http/rest.ts';
import type { Access, Creation, Provider, Repository } from '../provider.ts';
import type { GitLab } from './client.ts';
import {
  groupSchema,
  namespaceSchema,
  pageQuery,
  projectSchema,
  toAccount,
  toNamespace,
  toPage,
  toRepository,
  userSchema,
} from './wire.ts';

/** One project, by its id or its full path; raises `NotFound` when there is none. */
export async function readProject(gitlab: GitLab, token: string, id: string): Promise<Repository> {
  const { body } = await gitlab({ method: 'GET', path: segments('projects', id), token });
  return toRepository(parseBody(projectSchema, body));
}

/** Who the user is, and what they have. */
export function gitLabAccount(gitlab: GitLab): Pick<Provider, 'identify' | 'repositories'> {
  return {
    async identify(token) {
      const { body } = await gitlab({ method: 'GET', path: '/user', token });
      return toAccount(parseBody(userSchema, body));
    },

    async repositories(access, { namespace, ...page }) {
      const { path, query } = listing(access, namespace);
      const { body, headers } = await gitlab({
        method: 'GET',
        path,
        query: { ...pageQuery(page), ...query },
        token: access.token,
      });
      return toPage(parseBody(z.array(projectSchema), body).map(toRepository), headers);
    },
  };
}

type Places = Required<Pick<Creation, 'namespaces' | 'findRepository' | 'deleteRepository'>>;

/** Where a user may create, and what stands there. */
export function gitLabPlaces(gitlab: GitLab): Places {
  const ownNamespace = async ({ token, login }: Access) => {
    const query = { owned_only: true, search: login };
    const { body } = await gitlab({ method: 'GET', path: '/namespaces', query, token });
    return parseBody(z.array(namespaceSchema), body)
      .filter(({ kind, full_path }) => kind === 'user' && full_path === login)
      .map((namespace) => toNamespace(namespace, 'user'));
  };

  return {
    async namespaces(access, page) {
      const { body, headers } = await gitlab({
        method: 'GET',
        path: '/groups',
        // From developer (30) on members may create projects.
        query: { ...pageQuery(page), min_access_level: 30 },
        token: access.token,
      });
      const groups = parseBody(z.array(groupSchema), body).map((group) =>
        toNamespace(group, 'organization'),
      );
      const own = page.cursor === undefined ? await ownNamespace(access) : [];
      return toPage([...own, ...groups], headers);
    },

    async findRepository({ token }, fullName) {
      try {
        return await readProject(gitlab, token, fullName);
      } catch (error) {
        if (isForgebridgeError(error, 'NotFound')) return undefined;
        throw error;
      }
    },

    async deleteRepository({ token }, { id }) {
      try {
        await gitlab({
          method: 'DELETE',
          path: segments('projects', id),
          token,
          refine: ({ text }) =>
            text.includes('marked for deletion') ? new ForgebridgeError('NotFound') : undefined,
        });
      } catch (error) {
        // Gone already, or about to: an earlier try's reply was lost.
        if (!isForgebridgeError(error, 'NotFound')) throw error;
      }
    },
  };
}

function listing({ login }: Access, namespace: string | undefined) {
  if (namespace === undefined) return { path: '/projects', query: { membership: true } };
  return namespace.toLowerCase() === login.toLowerCase()
    ? { path: segments('users', login, 'projects'), query: {} }
    : { path: segments('groups', namespace, 'projects'), query: {} };
}
