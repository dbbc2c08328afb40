import { type ErrorDetails, ForgebridgeError, isForgebridgeError } from '../../errors.ts';
import { parseBody } from '../../http/answer.ts';
import type {
  Access,
  Creation,
  CreationRules,
  NewRepository,
  ProviderSettings,
  RepositorySettings,
} from '../provider.ts';
import { bearer, type GitHub } from './client.ts';
import { hasCommit, locate, readRepository } from './repositories.ts';
import { repositorySchema, toRepository, withoutBranch } from './wire.ts';

/** What GitHub takes. `internal` exists only inside enterprises, which a token does not reveal. */
const rules: CreationRules = {
  visibilities: ['public', 'private'],
  settings: ['description', 'visibility', 'homepage', 'hasIssues', 'hasWiki', 'ci'],
  marks: ['generate', 'create'],
  includeAllBranches: true,
  oneCommit: true,
  name: { maxLength: 100, pattern: /^(?!\.{1,2}$)(?!.*\.(?:git|wiki)$)[A-Za-z0-9._-]+$/i },
};

/** Where a new repository's contents come from, and whether it must be marked as a template. */
interface Source {
  readonly fullName: string;
  readonly marked: boolean;
}

type Making = Required<
  Pick<Creation, 'rules' | 'create' | 'generate' | 'fork' | 'readiness' | 'configure'>
>;

/** Everything that makes a repository and brings it into shape. */
export function gitHubCreation(
  github: GitHub,
  settings: ProviderSettings,
  installUrl: (() => string) | undefined,
): Making {
  /**
   * The creating call was refused. Of a GitHub App's user GitHub only says "not found" or "not
   * accessible" where the app is not installed; which of the two it is, a look at the template tells.
   */
  async function explain(error: unknown, { token }: Access, source?: Source): Promise<unknown> {
    const hidden = isForgebridgeError(error, 'NotFound');
    const refused =
      isForgebridgeError(error, 'Forbidden') &&
      error.details.reason === 'not_accessible_by_integration';
    if (!hidden && !refused) return error;
    const problem = source === undefined ? undefined : await sourceProblem(token, source);
    if (problem !== undefined) return problem;
    if (installUrl !== undefined) {
      return new ForgebridgeError('InstallationRequired', { installUrl: installUrl() });
    }
    return hidden ? new ForgebridgeError('NotFound', { reason: 'owner_not_found' }) : error;
  }

  async function sourceProblem(token: string, { fullName, marked }: Source): Promise<unknown> {
    try {
      const found = await readRepository(github, token, locate(fullName));
      if (!marked || found.is_template !== false) return undefined;
      return new ForgebridgeError('InvalidInput', {
        reason: 'not_a_template',
        remedy: 'Mark the repository as a template in its settings, or fork it.',
      });
    } catch (error) {
      if (!isForgebridgeError(error, 'NotFound')) return error;
      return new ForgebridgeError('NotFound', notReadable(settings, installUrl));
    }
  }

  async function make(
    access: Access,
    route: string,
    parameters: Record<string, unknown>,
    source?: Source,
  ) {
    try {
      const { data } = await github({ route, authorization: bearer(access.token), parameters });
      return toRepository(parseBody(repositorySchema, data));
    } catch (error) {
      throw await explain(error, access, source);
    }
  }

  return {
    rules,

    create(access, to) {
      const { kind, path } = to.namespace;
      const body = { ...described(to), auto_init: true };
      return kind === 'user'
        ? make(access, 'POST /user/repos', body)
        : make(access, 'POST /orgs/{org}/repos', { ...body, org: path });
    },

    async generate(access, { template, includeAllBranches }, to) {
      const { owner, repo } = locate(template);
      const source = { template_owner: owner, template_repo: repo };
      const made = await make(
        access,
        'POST /repos/{template_owner}/{template_repo}/generate',
        {
          ...source,
          ...described(to),
          owner: to.namespace.path,
          include_all_branches: includeAllBranches,
        },
        { fullName: template, marked: true },
      );
      return withoutBranch(made);
    },

    async fork(access, { template, includeAllBranches }, to) {
      const made = await make(
        access,
        'POST /repos/{owner}/{repo}/forks',
        {
          ...locate(template),
          ...(to.namespace.kind === 'user' ? {} : { organization: to.namespace.path }),
          name: to.name,
          default_branch_only: !includeAllBranches,
        },
        { fullName: template, marked: false },
      );
      // An owner has one fork of a source, and GitHub answers with that one, whatever its name; and
      // it appends a number where the name is taken.
      if (made.name.toLowerCase() !== to.name.toLowerCase()) {
        throw new ForgebridgeError('AlreadyExists', {
          reason: 'fork_of_other_name',
          remedy: `The provider answered with the fork ${made.fullName}. Use it, or delete it and try again.`,
        });
      }
      return withoutBranch(made);
    },

    async readiness({ token }, { fullName }) {
      const place = locate(fullName);
      try {
        const { default_branch: branch } = await readRepository(github, token, place);
        if (!branch) return { state: 'pending', detail: 'no_default_branch' };
        const ready = await hasCommit(github, token, place, branch);
        return ready
          ? { state: 'ready', defaultBranch: branch }
          : { state: 'pending', detail: 'no_commit' };
      } catch (error) {
        // Replicas learn of a new repository a moment later.
        if (isForgebridgeError(error, 'NotFound'))
          return { state: 'pending', detail: 'not_visible' };
        throw error;
      }
    },

    async configure({ token }, { fullName }, wanted) {
      const place = locate(fullName);
      const authorization = bearer(token);
      if (wanted.ci !== undefined) {
        await github({
          route: 'PUT /repos/{owner}/{repo}/actions/permissions',
          authorization,
          parameters: { ...place, enabled: wanted.ci },
        });
      }
      const changes = changesOf(wanted);
      if (Object.keys(changes).length === 0) {
        return toRepository(await readRepository(github, token, place));
      }
      const { data } = await github({
        route: 'PATCH /repos/{owner}/{repo}',
        authorization,
        parameters: { ...place, ...changes },
      });
      return toRepository(parseBody(repositorySchema, data));
    },
  };
}

function described({ name, description, visibility }: NewRepository) {
  return { name, description, private: visibility !== 'public' };
}

function changesOf(wanted: RepositorySettings): Record<string, unknown> {
  const changes = {
    description: wanted.description,
    visibility: wanted.visibility,
    homepage: wanted.homepage,
    has_issues: wanted.hasIssues,
    has_wiki: wanted.hasWiki,
  };
  return Object.fromEntries(Object.entries(changes).filter(([, value]) => value !== undefined));
}

function notReadable(
  { appSlug, name }: ProviderSettings,
  installUrl: (() => string) | undefined,
): ErrorDetails {
  const needs =
    appSlug === undefined
      ? 'A private template needs read access for that account and the scope repo.'
      : 'A private template needs read access for that account, and the app installed at its owner with the permission Contents: read.';
  return {
    reason: 'template_not_readable',
    remedy: `The template does not exist, or the connected ${name} account cannot read it. ${needs}`,
    ...(installUrl === undefined ? {} : { installUrl: installUrl() }),
  };
}
