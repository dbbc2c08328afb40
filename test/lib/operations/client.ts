import { randomUUID } from 'node:crypto';
import { ForgebridgeError, HostSaid } from '../../../lib/errors.ts';
import type { Answer } from '../../../lib/http/answer.ts';
import { outbound } from '../../../lib/http/outbound.ts';
import { type RestRequest, restClient } from '../../../lib/http/rest.ts';
import type {
  Creation,
  CreationRules,
  FromTemplate,
  Namespace,
  NewRepository,
  Provider,
  Readiness,
  Repository,
  Strategy,
} from '../../../lib/providers/provider.ts';
import type { HostedRepository } from './host.ts';

/** What differs between two hosts, as far as creation sees it. */
export interface ClientOptions extends Partial<CreationRules> {
  /** Members of the contract that this host does not offer. */
  readonly without?: readonly ('creation' | Strategy | 'deleteRepository')[];
  /** The host lets an app act where it is installed, which is done here. */
  readonly installUrl?: string;
  /** What the account is called at the host now; `example`. */
  readonly login?: () => string;
}

/** The contract over the host's wire. Its answers pass the same way out as those of real clients. */
export function hostClient(url: string, now: () => number, options: ClientOptions = {}): Provider {
  const fetch = outbound({
    origins: [url],
    timeout: 2_000,
    maxBytes: 1_000_000,
    now,
    random: () => 0,
    sleep: async () => {},
  });
  const rest = restClient({ apiUrl: url, fetch, failure: (answer) => failure(answer) });
  const send = async <T>(request: Omit<RestRequest, 'token'>) => {
    const { body } = await rest({ ...request, token: 'token-of-the-test' });
    if (typeof body !== 'object') throw new ForgebridgeError('ProviderProtocol');
    return body as T; // our own host wrote it
  };
  const create = async (to: NewRepository, parent?: string, takesDescription = true) => {
    const { namespace, name, description, visibility } = to;
    const json = {
      owner: namespace.path,
      name,
      visibility,
      description: takesDescription ? description : '',
      ...(parent === undefined ? {} : { parent }),
    };
    return repository(
      await send<HostedRepository>({ method: 'POST', path: '/repositories', json }),
    );
  };
  const { without = [], installUrl, login = () => 'example', ...rules } = options;
  const creationRules: CreationRules = {
    visibilities: ['public', 'private'],
    settings: ['description', 'visibility', 'homepage', 'hasWiki', 'detachFork', 'ci'],
    marks: ['create', 'generate'],
    includeAllBranches: true,
    oneCommit: true,
    name: { maxLength: 20, pattern: /^[a-z0-9][a-z0-9._-]*$/i },
    ...rules,
  };
  const namespaces = (): readonly Namespace[] => [
    { id: '1', path: login(), name: 'Example', kind: 'user' },
    { id: '2', path: 'team', name: 'Team', kind: 'organization' },
  ];
  const client = {
    settings: {
      // Names are one space in the table: no two tests meet there.
      id: `host-${randomUUID()}`,
      kind: 'gitlab' as const,
      name: 'Host',
      webUrl: url,
      apiUrl: url,
      clientId: 'client',
      scopes: [],
    },
    rotation: 'overlaps' as const,
    authorizeUrl: () => url,
    exchange: () => Promise.reject(new ForgebridgeError('InternalError')),
    identify: async () => ({ id: '1', login: login() }),
    repositories: async () => ({ items: [] }),
  };
  const creation = {
    rules: creationRules,
    namespaces: async () => ({ items: namespaces() }),
    findNamespace: async (_: unknown, wanted = login()) =>
      namespaces().find(({ path }) => path === wanted.toLowerCase()),
    async findRepository(_: unknown, fullName: string) {
      try {
        const query = { repo: fullName };
        return repository(
          await send<HostedRepository>({ method: 'GET', path: '/repository', query }),
        );
      } catch (error) {
        if (error instanceof ForgebridgeError && error.code === 'NotFound') return undefined;
        throw error;
      }
    },
    create: (_: unknown, to: NewRepository) => create(to),
    generate: (_: unknown, __: FromTemplate, to: NewRepository) => create(to),
    fork: (_: unknown, from: FromTemplate, to: NewRepository) =>
      create(to, from.template, creationRules.marks.includes('fork')),
    readiness: (_: unknown, { fullName }: { fullName: string }) =>
      send<Readiness>({ method: 'GET', path: '/readiness', query: { repo: fullName } }),
    configure: async (_: unknown, { fullName }: { fullName: string }, json: unknown) =>
      repository(
        await send<HostedRepository>({
          method: 'PATCH',
          path: '/repository',
          query: { repo: fullName },
          json,
        }),
      ),
    async commitFiles(
      _: unknown,
      { fullName }: { fullName: string },
      commit: { files: readonly { path: string; content: string }[] },
    ) {
      const files = Object.fromEntries(commit.files.map(({ path, content }) => [path, content]));
      const query = { repo: fullName };
      const json = { files };
      const { said } = await send<{ said: 'there' | 'committed' }>({
        method: 'POST',
        path: '/commits',
        query,
        json,
      });
      return said;
    },
    async deleteRepository(_: unknown, { fullName }: { fullName: string }) {
      await send({ method: 'DELETE', path: '/repository', query: { repo: fullName } });
    },
  };
  const installations = {
    narrowing: false,
    installUrl: () => installUrl,
    list: async () => ({ items: [] }),
    token: () => Promise.reject(new ForgebridgeError('NotFound')),
    repositories: async () => ({ items: [] }),
  };
  const offered = Object.entries(creation).filter(
    ([name]) => !without.some((member) => member === name),
  );
  return {
    ...client,
    ...(without.includes('creation')
      ? {}
      : { creation: Object.fromEntries(offered) as unknown as Creation }), // or fewer optional ones
    ...(installUrl === undefined ? {} : { installations }),
  } as Provider; // its URL is one wherever it is asked for
}

function repository(hosted: HostedRepository): Repository {
  const { id, owner, name, description, visibility, parent, createdAt, readiness } = hosted;
  const fullName = `${owner}/${name}`;
  const webUrl = `https://host.example/${fullName}`;
  return {
    id,
    owner,
    name,
    fullName,
    description,
    visibility,
    webUrl,
    cloneUrls: { https: `${webUrl}.git` },
    createdAt,
    ...(parent === undefined ? {} : { parent }),
    ...(readiness.state === 'ready' ? { defaultBranch: readiness.defaultBranch } : {}),
  };
}

function failure({ status, headers }: Answer): ForgebridgeError {
  if (status === 429) {
    const retryAfter = headers.get('retry-after');
    return new ForgebridgeError(
      'RateLimited',
      retryAfter ? { retryAfter: Number(retryAfter) } : {},
    );
  }
  if (status === 404) return new ForgebridgeError('NotFound');
  if (status === 409) return new ForgebridgeError('AlreadyExists', { reason: 'name_taken' });
  if (status === 403) return new ForgebridgeError('Forbidden', { reason: 'refused' });
  return new ForgebridgeError('ProviderUnavailable', {}, new HostSaid(status, ''));
}
