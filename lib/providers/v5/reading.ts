import { isForgebridgeError } from '../../errors.ts';
import { parseBody, parseRows } from '../../http/answer.ts';
import { segments } from '../../http/rest.ts';
import type { Creation, Namespace, Provider, Repository } from '../provider.ts';
import { sameName, splitName } from '../wire.ts';
import type { V5Rest } from './rest.ts';
import {
  type NamespaceBody,
  namespaceSchema,
  readRepository,
  repositorySchema,
  toAccount,
  toNamespace,
  toRepository,
  userSchema,
  v5Page,
} from './wire.ts';

type Places = Pick<Creation, 'namespaces' | 'findNamespace' | 'findRepository'>;

/** The path of a repository, and below it. A nested group is one segment with its slashes encoded. */
export function repositoryPath(fullName: string, ...below: readonly string[]): string {
  const { owner, name } = splitName(fullName);
  return segments('repos', owner, name, ...below);
}

async function readUser(rest: V5Rest, token: string) {
  const { body } = await rest({ method: 'GET', path: '/user', token });
  return parseBody(userSchema, body);
}

/** Who the user is, and what they have. */
export function v5Account(
  rest: V5Rest,
  webUrl: string,
): Pick<Provider, 'identify' | 'repositories'> {
  return {
    identify: async (token) => toAccount(await readUser(rest, token)),

    async repositories({ token, login }, { namespace, cursor }) {
      const own = namespace !== undefined && sameName(namespace, login);
      const personal = namespace === undefined || own;
      const page = await v5Page(rest, token, cursor, {
        path: personal ? '/user/repos' : segments('orgs', namespace, 'repos'),
        query: { type: own ? 'personal' : undefined },
        row: repositorySchema,
        convert: (row): Repository | undefined => toRepository(row, webUrl),
      });
      if (!own) return page;
      return { ...page, items: page.items.filter(({ owner }) => sameName(owner, login)) };
    },
  };
}

/** Where a user may create, and what stands there. */
export function v5Places(rest: V5Rest, webUrl: string): Places {
  const at = async (token: string, path: string, login: string) => {
    const query = { path };
    const { body } = await rest({ method: 'GET', path: '/user/namespace', query, token });
    const toPlace = (row: NamespaceBody): Namespace => toNamespace(row, login);
    // One by itself, or a list with it.
    if (!Array.isArray(body) && body !== null) return toPlace(parseBody(namespaceSchema, body));
    const rows = parseRows(namespaceSchema, body, toPlace, rest.leftOut);
    return rows.find((each) => sameName(each.path, path));
  };
  /** The list leaves out a namespace without repositories, as the user's own is at first. */
  const own = async (token: string): Promise<Namespace> => {
    const { login } = await readUser(rest, token);
    const found = (await at(token, login, login)) ?? { id: login, name: login };
    return { ...found, path: login, kind: 'user' };
  };

  return {
    async namespaces({ token, login }) {
      const query = { mode: 'all' };
      const { body } = await rest({ method: 'GET', path: '/user/namespaces', query, token });
      const found = parseRows(
        namespaceSchema,
        body,
        (row): Namespace => toNamespace(row, login),
        rest.leftOut,
      );
      // Places with repositories of others are listed too; nobody can create in another's own.
      const groups = found.filter(({ kind }) => kind === 'organization');
      const mine = found.find(({ kind, path }) => kind === 'user' && sameName(path, login));
      return { items: [mine ?? (await own(token)), ...groups] };
    },

    async findNamespace({ token, login }, path) {
      if (path === undefined || sameName(path, login)) return own(token);
      try {
        return await at(token, path, login);
      } catch (error) {
        if (isForgebridgeError(error, 'NotFound')) return undefined;
        throw error;
      }
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
  rest: V5Rest,
  webUrl: string,
  token: string,
  fullName: string,
): Promise<Repository> {
  return readRepository(
    await rest({ method: 'GET', path: repositoryPath(fullName), token }),
    webUrl,
  );
}
