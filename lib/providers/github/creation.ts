import { ForgebridgeError, isForgebridgeError } from '../../errors.ts';
import { parseBody } from '../../http/answer.ts';
import { defined } from '../../primitives/defined.ts';
import type {
  Access,
  Creation,
  CreationRules,
  NewRepository,
  ProviderContext,
  Repository,
  RepositorySettings,
} from '../provider.ts';
import { sameName, unapplied } from '../wire.ts';
import { bearer, type GitHub } from './client.ts';
import { explained } from './explain.ts';
import { hasCommit, type Location, locate, readRepository } from './repositories.ts';
import { repositorySchema, toRepository, withoutBranch } from './wire.ts';

/** What GitHub takes. `internal` exists only inside enterprises, which a token does not reveal. */
const rules: CreationRules = {
  visibilities: ['public', 'private'],
  settings: ['description', 'visibility', 'homepage', 'hasIssues', 'hasWiki', 'ci'],
  marks: ['generate', 'create'],
  includeAllBranches: true,
  oneCommit: true,
  forksKeepVisibility: true,
  name: { maxLength: 100, pattern: /^(?!\.{1,2}$)(?!.*\.(?:git|wiki)$)[A-Za-z0-9._-]+$/i },
};

type Making = Required<
  Pick<Creation, 'rules' | 'create' | 'generate' | 'fork' | 'readiness' | 'configure'>
>;

/** Everything that makes a repository and brings it into shape. */
export function gitHubCreation(
  github: GitHub,
  { settings: { webUrl } }: ProviderContext,
  installUrl: (() => string) | undefined,
): Making {
  const make = explained(github, installUrl, (data) =>
    toRepository(parseBody(repositorySchema, data), webUrl),
  );

  return {
    rules,

    create(access, to) {
      const { kind, path } = to.namespace;
      const body = { ...described(to), auto_init: true };
      return kind === 'user'
        ? make(access, 'POST /user/repos', body, { owner: path })
        : make(access, 'POST /orgs/{org}/repos', { ...body, org: path }, { owner: path });
    },

    async generate(access, { template, includeAllBranches }, to) {
      const { owner, repo } = locate(template);
      const made = await make(
        access,
        'POST /repos/{template_owner}/{template_repo}/generate',
        {
          template_owner: owner,
          template_repo: repo,
          ...described(to),
          owner: to.namespace.path,
          include_all_branches: includeAllBranches,
        },
        { owner: to.namespace.path, source: { fullName: template, marked: true } },
      );
      return withoutBranch(made);
    },

    async fork(access, { template, includeAllBranches }, to) {
      const { kind, path } = to.namespace;
      const made = await make(
        access,
        'POST /repos/{owner}/{repo}/forks',
        {
          ...locate(template),
          ...(kind === 'user' ? {} : { organization: path }),
          name: to.name,
          default_branch_only: !includeAllBranches,
        },
        { owner: path, source: { fullName: template, marked: false } },
      );
      // An owner has one fork of a source, and GitHub answers with that one, whatever its name; and
      // it appends a number where the name is taken.
      if (!sameName(made.name, to.name)) {
        throw github.because('fork_of_other_name', { name: made.fullName });
      }
      return withoutBranch(made);
    },

    async readiness({ token }, { fullName }) {
      const place = locate(fullName);
      const { default_branch: branch } = await readRepository(github, token, place);
      if (!branch) return { state: 'pending', detail: 'no_default_branch' };
      const isReady = await hasCommit(github, token, place, branch);
      return isReady
        ? { state: 'ready', defaultBranch: branch }
        : { state: 'pending', detail: 'no_commit' };
    },

    async configure(access, { fullName }, wanted) {
      const place = locate(fullName);
      const found = await applied(github, access, place, wanted, webUrl);
      // Last, so that an owner who decides it does not keep the rest from being as it was asked.
      if (wanted.ci !== undefined) await switchActions(github, access, place, wanted.ci);
      return found;
    },
  };
}

function described({ name, description, visibility }: NewRepository) {
  return { name, description, private: visibility !== 'public' };
}

/** Settings as asked for, or an error that says which are not. */
async function applied(
  github: GitHub,
  { token }: Access,
  place: Location,
  wanted: RepositorySettings,
  webUrl: string,
): Promise<Repository> {
  const patch = async ({ visibility, ...others }: ReturnType<typeof changesOf>) => {
    const changes = defined({ visibility, ...others });
    if (Object.keys(changes).length === 0) return readRepository(github, token, place);
    const { data } = await github({
      route: 'PATCH /repos/{owner}/{repo}',
      authorization: bearer(token),
      parameters: { ...place, ...changes },
      refine: ({ status, said }): ForgebridgeError | undefined =>
        status === 422 && /visibility is already/i.test(said)
          ? new ForgebridgeError('InvalidInput', { reason: 'visibility_is_so' })
          : undefined,
    });
    return parseBody(repositorySchema, data);
  };

  const changes = changesOf(wanted);
  const wire = await patch(changes).catch((error: unknown) => {
    // An earlier try did it, and its answer was lost. The rest may still be to do.
    const isSo = isForgebridgeError(error) && error.details.reason === 'visibility_is_so';
    if (!isSo) throw error;
    return patch({ ...changes, visibility: undefined });
  });
  const repository = toRepository(wire, webUrl);
  if (wanted.visibility !== undefined && repository.visibility !== wanted.visibility) {
    throw github.because('visibility_not_applied', { visibility: repository.visibility });
  }
  const { description, homepage, hasIssues, hasWiki } = wanted;
  const left = unapplied(
    { description, homepage, hasIssues, hasWiki },
    {
      description: wire.description,
      homepage: wire.homepage,
      hasIssues: wire.has_issues,
      hasWiki: wire.has_wiki,
    },
  );
  if (left.length > 0) throw github.because('setting_not_applied', { settings: left.join(', ') });
  return repository;
}

function changesOf({ description, visibility, homepage, hasIssues, hasWiki }: RepositorySettings) {
  return { description, visibility, homepage, has_issues: hasIssues, has_wiki: hasWiki };
}

/** A conflict here is no passing one: the organization or enterprise decides. */
async function switchActions(
  github: GitHub,
  { token }: Access,
  place: Location,
  enabled: boolean,
): Promise<void> {
  await github({
    route: 'PUT /repos/{owner}/{repo}/actions/permissions',
    authorization: bearer(token),
    parameters: { ...place, enabled },
    refine: ({ status }) => (status === 409 ? github.because('ci_set_by_organization') : undefined),
  });
}
