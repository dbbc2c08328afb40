import { isForgebridgeError } from '../../errors.ts';
import { parseBody, parseRows, type Schema } from '../../http/answer.ts';
import { linksOn, readPage } from '../../http/paging.ts';
import { segments } from '../../http/rest.ts';
import type { Access, Creation, Namespace, Page, Provider } from '../provider.ts';
import { sameName, splitName } from '../wire.ts';
import type { Gitea } from './client.ts';
import {
  organizationSchema,
  ownNamespace,
  repositorySchema,
  toAccount,
  toNamespace,
  toRepository,
  userSchema,
} from './wire.ts';

/** The path of a repository, and below it. */
export function repositoryPath(fullName: string, ...below: readonly string[]): string {
  const { owner, name } = splitName(fullName);
  return segments('repos', owner, name, ...below);
}

/** @throws ForgebridgeError `NotFound` where there is none, or none that this user may see. */
export async function readRepository(gitea: Gitea, token: string, fullName: string) {
  const { body } = await gitea({ method: 'GET', path: repositoryPath(fullName), token });
  return parseBody(repositorySchema, body);
}

async function readUser(gitea: Gitea, token: string) {
  const { body } = await gitea({ method: 'GET', path: '/user', token });
  return parseBody(userSchema, body);
}

/** One of the host's lists, page by page. It may give fewer rows than it was asked for, and `null` for none. */
function giteaPage<Row, Item>(
  gitea: Gitea,
  token: string,
  cursor: string | undefined,
  list: {
    readonly path: string;
    readonly row: Schema<Row>;
    readonly convert: (row: Row) => Item;
  },
): Promise<Page<Item>> {
  return readPage(cursor, async ({ page, size }) => {
    const query = { page, limit: size };
    const { body, headers } = await gitea({ method: 'GET', path: list.path, query, token });
    const items = parseRows(list.row, body, list.convert, gitea.leftOut);
    return { items, more: headers.has('link') ? linksOn(headers) : countsOn(headers, body, page) };
  });
}

/** Where something on the way took `Link` away, whether the count says that more are behind this page. */
function countsOn(headers: Headers, body: unknown, page: number): boolean {
  const rows = Array.isArray(body) ? body.length : 0;
  return rows > 0 && page * rows < Number(headers.get('x-total-count'));
}

/** Who the user is, and what they have. */
export function giteaAccount(gitea: Gitea): Pick<Provider, 'identify' | 'repositories'> {
  return {
    identify: async (token) => toAccount(await readUser(gitea, token)),

    repositories: (access, { namespace, cursor }) =>
      giteaPage(gitea, access.token, cursor, {
        path: listing(access, namespace),
        row: repositorySchema,
        convert: toRepository,
      }),
  };
}

function listing({ login }: Access, namespace: string | undefined): string {
  if (namespace === undefined) return '/user/repos';
  return segments(sameName(namespace, login) ? 'users' : 'orgs', namespace, 'repos');
}

type Places = Required<
  Pick<Creation, 'namespaces' | 'findNamespace' | 'findRepository' | 'deleteRepository'>
>;

/** Where a user may create, and what stands there. */
export function giteaPlaces(gitea: Gitea): Places {
  const own = async (token: string) => ownNamespace(await readUser(gitea, token));
  const organization = async (token: string, name: string): Promise<Namespace> => {
    const { body } = await gitea({ method: 'GET', path: segments('orgs', name), token });
    return toNamespace(parseBody(organizationSchema, body));
  };

  return {
    async namespaces({ token }, { cursor }) {
      const { items, ...rest } = await giteaPage(gitea, token, cursor, {
        path: '/user/orgs',
        row: organizationSchema,
        convert: toNamespace,
      });
      return { items: cursor === undefined ? [await own(token), ...items] : items, ...rest };
    },

    async findNamespace({ token, login }, path) {
      if (path === undefined || sameName(path, login)) return own(token);
      return unlessMissing(organization(token, path));
    },

    async findRepository({ token }, fullName) {
      const wire = await unlessMissing(readRepository(gitea, token, fullName));
      return wire && toRepository(wire);
    },

    async deleteRepository({ token }, { fullName }) {
      // Gone already: an earlier try's reply was lost.
      await unlessMissing(gitea({ method: 'DELETE', path: repositoryPath(fullName), token }));
    },
  };
}

async function unlessMissing<T>(work: Promise<T>): Promise<T | undefined> {
  try {
    return await work;
  } catch (error) {
    if (isForgebridgeError(error, 'NotFound')) return undefined;
    throw error;
  }
}
