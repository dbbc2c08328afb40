import * as z from 'zod/mini';
import { isForgebridgeError } from '../../errors.ts';
import { parseBody } from '../../http/answer.ts';
import { type Rest, segments } from '../../http/rest.ts';
import type { Access, Creation, Namespace, Provider, Repository } from '../provider.ts';
import {
  namespaceSchema,
  pageNumber,
  perPage,
  repositorySchema,
  toAccount,
  toNamespace,
  toPage,
  toRepository,
  userSchema,
} from './wire.ts';

type Places = Pick<Creation, 'namespaces' | 'findRepository'>;

/** The path of a repository, and below it. A nested group is one segment with its slashes encoded. */
export function repositoryPath(fullName: string, ...below: readonly string[]): string {
  const cut = fullName.lastIndexOf('/');
  return segments('repos', fullName.slice(0, cut), fullName.slice(cut + 1), ...below);
}

/** Who the user is, and what they have. */
export function v5Account(rest: Rest, webUrl: string): Pick<Provider, 'identify' | 'repositories'> {
  return {
    async identify(token) {
      const { body } = await rest({ method: 'GET', path: '/user', token });
      return toAccount(parseBody(userSchema, body));
    },

    async repositories({ token, login }, { namespace, cursor }) {
      const page = pageNumber(cursor);
      const own = namespace !== undefined && same(namespace, login);
      const answer = await rest({
        method: 'GET',
        path: namespace === undefined || own ? '/user/repos' : segments('orgs', namespace, 'repos'),
        query: { page, per_page: perPage, type: own ? 'personal' : undefined },
        token,
      });
      const rows = parseBody(z.array(repositorySchema), answer.body).map((body) =>
        toRepository(body, webUrl),
      );
      return toPage(own ? rows.filter(({ owner }) => same(owner, login)) : rows, page, answer);
    },
  };
}

/** Where a user may create, and what stands there. */
export function v5Places(rest: Rest, webUrl: string): Places {
  return {
    async namespaces({ token, login }) {
      const path = '/user/namespaces';
      const answer = await rest({ method: 'GET', path, query: { mode: 'project' }, token });
      const found = parseBody(z.array(namespaceSchema), answer.body).flatMap(
        (body) => toNamespace(body) ?? [],
      );
      // Places with repositories of others are listed too; nobody can create in another's own.
      const groups = found.filter(({ kind }) => kind === 'organization');
      const own = found.find((one) => one.kind === 'user' && same(one.path, login));
      return { items: [own ?? (await ownNamespace(rest, { token, login })), ...groups] };
    },

    async findRepository({ token }, fullName) {
      try {
        return await getRepository(rest, webUrl, token, fullName);
      } catch (error) {
        if (isForgebridgeError(error, 'NotFound')) return undefined;
        throw error;
      }
    },
  };
}

/** @throws ForgebridgeError `NotFound` where there is none, or none that this user may see. */
export async function getRepository(
  rest: Rest,
  webUrl: string,
  token: string,
  fullName: string,
): Promise<Repository> {
  const { body } = await rest({ method: 'GET', path: repositoryPath(fullName), token });
  return toRepository(parseBody(repositorySchema, body), webUrl);
}

/** The list leaves out a namespace without repositories, as the user's own is at first. */
async function ownNamespace(rest: Rest, { token, login }: Access): Promise<Namespace> {
  const path = '/user/namespace';
  const { body } = await rest({ method: 'GET', path, query: { path: login }, token });
  const { id, name } = parseBody(namespaceSchema, Array.isArray(body) ? body[0] : body);
  return { id, path: login, name: name ?? login, kind: 'user' };
}

function same(one: string, other: string): boolean {
  return one.toLowerCase() === other.toLowerCase();
}
