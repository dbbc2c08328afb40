import { HostSaid, isForgebridgeError } from '../../errors.ts';
import { parseBody } from '../../http/answer.ts';
import { segments } from '../../http/rest.ts';
import type {
  Creation,
  CreationRules,
  Namespace,
  Readiness,
  Repository,
  RepositorySettings,
  Visibility,
} from '../provider.ts';
import { unapplied } from '../wire.ts';
import type { Gitea } from './client.ts';
import { readRepository, repositoryPath } from './repositories.ts';
import { requireVersion } from './version.ts';
import { branchSchema, repositorySchema, toRepository } from './wire.ts';

/**
 * What it takes (modules/validation, models/repo/repo.go). A fork takes no description. Generating
 * takes the default branch alone, and there is no asking a fork for less than all.
 */
const rules: CreationRules = {
  visibilities: ['public', 'private'],
  settings: ['description', 'visibility', 'homepage', 'hasIssues', 'hasWiki', 'ci'],
  marks: ['generate', 'create'],
  includeAllBranches: false,
  oneCommit: true,
  forksKeepVisibility: true,
  name: { maxLength: 100, pattern: /^(?!.*\.(?:git|wiki|rss|atom)$)(?![.-]$)(?!.*\.\.)[\w.-]+$/i },
};

type Making = Required<
  Pick<Creation, 'rules' | 'create' | 'generate' | 'fork' | 'readiness' | 'configure'>
>;

/** Everything that makes a repository and brings it into shape. */
export function giteaCreation(gitea: Gitea): Making {
  async function make(
    token: string,
    path: string,
    json: Readonly<Record<string, unknown>>,
  ): Promise<Repository> {
    await requireVersion(gitea, token);
    const { body } = await gitea({ method: 'POST', path, token, json });
    return toRepository(parseBody(repositorySchema, body));
  }

  return {
    rules,

    create({ token }, { namespace, name, description, visibility }) {
      const json = { name, description, private: visibility !== 'public', auto_init: true };
      return make(token, creatingPath(namespace), json);
    },

    async generate({ token }, { template }, { namespace, name, description, visibility }) {
      const json = {
        owner: namespace.path,
        name,
        description,
        private: visibility !== 'public',
        git_content: true,
      };
      try {
        return await make(token, repositoryPath(template, 'generate'), json);
      } catch (error) {
        throw (await limitBehind(gitea, token, namespace, error)) ?? error;
      }
    },

    fork({ token }, { template }, { namespace, name }) {
      const json = { name, ...organizationOf(namespace) };
      return make(token, repositoryPath(template, 'forks'), json);
    },

    readiness: ({ token }, { fullName }) => lookAt(gitea, token, fullName),

    async configure({ token }, { fullName }, settings) {
      const { visibility, ...others } = settings;
      const { body } = await gitea({
        method: 'PATCH',
        path: repositoryPath(fullName),
        token,
        json: {
          ...switches(others),
          ...(visibility && (await secrecy(gitea, token, fullName, visibility))),
        },
      });
      const wire = parseBody(repositorySchema, body);
      const found = toRepository(wire);
      if (visibility !== undefined && found.visibility !== visibility) {
        throw gitea.because('visibility_not_applied', { visibility: found.visibility });
      }
      const left = unapplied(others, {
        description: wire.description,
        homepage: wire.website,
        hasIssues: wire.has_issues,
        hasWiki: wire.has_wiki,
        ci: wire.has_actions,
      });
      if (left.length > 0)
        throw gitea.because('setting_not_applied', { settings: left.join(', ') });
      return found;
    },
  };
}

function creatingPath({ kind, path }: Namespace): string {
  return kind === 'user' ? '/user/repos' : segments('orgs', path, 'repos');
}

/**
 * Whose limit of repositories is reached is told so when creating and forking; generating answers 500
 * without a word. A creating call that cannot make anything, for no repository is called `.`, is
 * refused for the limit first (services/repository/create.go).
 */
async function limitBehind(gitea: Gitea, token: string, namespace: Namespace, error: unknown) {
  const { cause } = Object(error) as { cause?: unknown }; // whatever was raised
  if (!(cause instanceof HostSaid && cause.status === 500)) return undefined;
  try {
    await gitea({ method: 'POST', path: creatingPath(namespace), token, json: { name: '.' } });
  } catch (refused) {
    if (isForgebridgeError(refused) && refused.details.reason === 'repository_limit')
      return refused;
  }
  return undefined;
}

function organizationOf({ kind, path }: Namespace): { organization?: string } {
  return kind === 'user' ? {} : { organization: path };
}

/**
 * Ready is what has its default branch. The database learns of the branches of a generated repository
 * only when they are listed: until somebody does, branch, contents and commits are not found.
 */
async function lookAt(gitea: Gitea, token: string, fullName: string): Promise<Readiness> {
  const branches = repositoryPath(fullName, 'branches');
  await gitea({ method: 'GET', path: branches, query: { limit: 1 }, token });
  const { defaultBranch } = toRepository(await readRepository(gitea, token, fullName));
  if (defaultBranch === undefined) return { state: 'pending', detail: 'no_default_branch' };
  try {
    const path = repositoryPath(fullName, 'branches', defaultBranch);
    const { body } = await gitea({ method: 'GET', path, token });
    return { state: 'ready', defaultBranch: parseBody(branchSchema, body).name };
  } catch (error) {
    if (!isForgebridgeError(error, 'NotFound')) throw error;
    return { state: 'pending', detail: 'not_there_yet' };
  }
}

function switches({ description, homepage, hasIssues, hasWiki, ci }: RepositorySettings) {
  return {
    description,
    website: homepage,
    has_issues: hasIssues,
    has_wiki: hasWiki,
    has_actions: ci,
  };
}

/**
 * The change that makes a repository as visible as wanted; nothing for one that is so already, and for
 * a fork. A fork takes its source's flag whatever is sent: the fork of what is for the members of a
 * private organisation would be public then.
 */
async function secrecy(gitea: Gitea, token: string, fullName: string, wanted: Visibility) {
  const wire = await readRepository(gitea, token, fullName);
  const fixed = wire.fork === true || toRepository(wire).visibility === wanted;
  return fixed ? {} : { private: wanted !== 'public' };
}
