import { ForgebridgeError, isForgebridgeError } from '../../errors.ts';
import { parseBody, parseRows, type Schema } from '../../http/answer.ts';
import { readPage } from '../../http/paging.ts';
import { segments } from '../../http/rest.ts';
import type {
  Access,
  Creation,
  Namespace,
  Page,
  Provider,
  ProviderContext,
  Repository,
} from '../provider.ts';
import { sameName } from '../wire.ts';
import type { GitLab } from './client.ts';
import {
  groupSchema,
  namespaceSchema,
  projectSchema,
  toAccount,
  toNamespace,
  toRepository,
  userSchema,
} from './wire.ts';

/** One project, by its id or its full path; raises `NotFound` when there is none. */
export async function readProject(gitlab: GitLab, token: string, id: string) {
  const { body } = await gitlab({ method: 'GET', path: segments('projects', id), token });
  return parseBody(projectSchema, body);
}

/** One of GitLab's lists, page by page; `x-next-page` is empty on the last one. */
function gitLabPage<Row, Item>(
  gitlab: GitLab,
  token: string,
  cursor: string | undefined,
  list: {
    readonly path: string;
    readonly query?: Readonly<Record<string, string | number | boolean>>;
    readonly row: Schema<Row>;
    readonly convert: (row: Row) => Item | undefined;
  },
): Promise<Page<Item>> {
  const { path, row, convert } = list;
  return readPage(cursor, async ({ page, size }) => {
    const query = { ...list.query, page, per_page: size };
    const { body, headers } = await gitlab({ method: 'GET', path, query, token });
    const items = parseRows(row, body, convert, gitlab.leftOut);
    return { items, more: /^\d+$/.test(headers.get('x-next-page') ?? '') };
  });
}

async function readUser(gitlab: GitLab, token: string) {
  const { body } = await gitlab({ method: 'GET', path: '/user', token });
  return parseBody(userSchema, body);
}

/** Who the user is, and what they have. */
export function gitLabAccount(
  gitlab: GitLab,
  { settings: { webUrl } }: ProviderContext,
): Pick<Provider, 'identify' | 'repositories'> {
  return {
    identify: async (token) => toAccount(await readUser(gitlab, token)),

    repositories: (access, { namespace, cursor }) =>
      gitLabPage(gitlab, access.token, cursor, {
        ...listing(access, namespace),
        row: projectSchema,
        convert: (row): Repository => toRepository(row, webUrl),
      }),
  };
}

type Places = Required<
  Pick<Creation, 'namespaces' | 'findNamespace' | 'findRepository' | 'deleteRepository'>
>;

/** Where a user may create, and what stands there. */
export function gitLabPlaces(gitlab: GitLab, { settings: { webUrl } }: ProviderContext): Places {
  const namespaceAt = async (token: string, path: string): Promise<Namespace | undefined> => {
    try {
      const { body } = await gitlab({ method: 'GET', path: segments('namespaces', path), token });
      const wire = parseBody(namespaceSchema, body);
      return toNamespace(wire, wire.kind?.toLowerCase() === 'user' ? 'user' : 'organization');
    } catch (error) {
      if (isForgebridgeError(error, 'NotFound')) return undefined;
      throw error;
    }
  };
  const own = async (token: string) => {
    const { username } = await readUser(gitlab, token);
    return namespaceAt(token, username);
  };

  return {
    async namespaces({ token }, { cursor }) {
      const { items, ...rest } = await gitLabPage(gitlab, token, cursor, {
        path: '/groups',
        // From developer (30) on members may create projects.
        query: { min_access_level: 30 },
        row: groupSchema,
        convert: (group) => toNamespace(group, 'organization'),
      });
      const first = cursor === undefined ? await own(token) : undefined;
      return { items: first === undefined ? items : [first, ...items], ...rest };
    },

    findNamespace: async ({ token, login }, path) =>
      path === undefined || sameName(path, login) ? own(token) : namespaceAt(token, path),

    async findRepository({ token }, fullName) {
      try {
        return toRepository(await readProject(gitlab, token, fullName), webUrl);
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
          refine: ({ said }) =>
            /marked for deletion/i.test(said) ? new ForgebridgeError('NotFound') : undefined,
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
  return sameName(namespace, login)
    ? { path: segments('users', login, 'projects') }
    : { path: segments('groups', namespace, 'projects') };
}
