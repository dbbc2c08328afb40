import { isForgebridgeError } from '../../errors.ts';
import { parseBody } from '../../http/answer.ts';
import { segments } from '../../http/rest.ts';
import { defined } from '../../primitives/defined.ts';
import type {
  Creation,
  CreationRules,
  Readiness,
  Repository,
  RepositorySettings,
} from '../provider.ts';
import { splitName, unapplied } from '../wire.ts';
import { getRepository, repositoryPath } from './reading.ts';
import type { V5Rest } from './rest.ts';
import { branchSchema, readRepository, repositorySchema, saidVisibility } from './wire.ts';

/** Where the hosts of the dialect differ when they write. */
export interface Dialect {
  /** Several files can be one commit. */
  readonly oneCommit: boolean;
  /** Issues and wiki are switched with the other settings, or by a call of their own. */
  readonly switches: 'settings' | 'modules';
}

type Making = Required<
  Pick<Creation, 'rules' | 'create' | 'fork' | 'readiness' | 'configure' | 'deleteRepository'>
>;

/** A fork takes no description, so only a new repository carries the operation's mark. */
const rules: Omit<CreationRules, 'oneCommit'> = {
  visibilities: ['public', 'private'],
  settings: ['description', 'visibility', 'homepage', 'hasIssues', 'hasWiki'],
  marks: ['create'],
  includeAllBranches: true,
  forksKeepVisibility: true,
  name: { maxLength: 191, pattern: /^[A-Za-z0-9][A-Za-z0-9._-]{0,189}[A-Za-z0-9.]$/ },
};

/** What makes and changes repositories. */
export function v5Creation(rest: V5Rest, webUrl: string, dialect: Dialect): Making {
  return {
    rules: { ...rules, oneCommit: dialect.oneCommit },

    async create({ token }, { namespace, name, description, visibility }) {
      const own = namespace.kind === 'user';
      const answer = await rest({
        method: 'POST',
        path: own ? '/user/repos' : segments('orgs', namespace.path, 'repos'),
        json: { name, path: name, description, private: visibility !== 'public', auto_init: true },
        token,
      });
      return readRepository(answer, webUrl);
    },

    async fork({ token }, { template }, { namespace, name }) {
      const organization = namespace.kind === 'user' ? undefined : namespace.path;
      const answer = await rest({
        method: 'POST',
        path: repositoryPath(template, 'forks'),
        json: { organization, name, path: name },
        token,
      });
      // As visible as can be until it says otherwise: what was asked for is then asked for again.
      const visibility = saidVisibility(parseBody(repositorySchema, answer.body)) ?? 'public';
      return { ...readRepository(answer, webUrl), visibility };
    },

    readiness: ({ token }, { fullName }) => lookAt(rest, webUrl, token, fullName),

    configure: ({ token }, { fullName }, settings) =>
      configure(rest, webUrl, dialect, token, fullName, settings),

    async deleteRepository({ token }, { fullName }) {
      try {
        await rest({ method: 'DELETE', path: repositoryPath(fullName), token });
      } catch (error) {
        // Gone already: an earlier try's reply was lost. What was moved is not gone.
        if (!isForgebridgeError(error, 'NotFound') || error.details.reason === 'moved') throw error;
      }
    },
  };
}

/** The hosts do not say whether a fork is still being copied: ready is what has its branch. */
async function lookAt(
  rest: V5Rest,
  webUrl: string,
  token: string,
  fullName: string,
): Promise<Readiness> {
  const { defaultBranch } = await getRepository(rest, webUrl, token, fullName);
  if (defaultBranch === undefined) return { state: 'pending', detail: 'no_default_branch' };
  try {
    const path = repositoryPath(fullName, 'branches', defaultBranch);
    const { body } = await rest({ method: 'GET', path, token });
    parseBody(branchSchema, body);
    return { state: 'ready', defaultBranch };
  } catch (error) {
    if (!isForgebridgeError(error, 'NotFound')) throw error;
    return { state: 'pending', detail: 'not_there_yet' };
  }
}

/** Settings as asked for, or an error that says which the host took and did not apply. */
async function configure(
  rest: V5Rest,
  webUrl: string,
  { switches }: Dialect,
  token: string,
  fullName: string,
  settings: RepositorySettings,
): Promise<Repository> {
  const { description, visibility, homepage, hasIssues, hasWiki } = settings;
  const path = repositoryPath(fullName);
  const patch = {
    // Required here even where it stays as it is.
    name: splitName(fullName).name,
    description,
    homepage,
    private: visibility === undefined ? undefined : visibility !== 'public',
    ...(switches === 'settings' ? { has_issues: hasIssues, has_wiki: hasWiki } : {}),
  };
  let answer = await rest({ method: 'PATCH', path, json: patch, token });
  const modules = defined({ has_issue: hasIssues, has_wiki: hasWiki });
  if (switches === 'modules' && Object.keys(modules).length > 0) {
    const setting = repositoryPath(fullName, 'module', 'setting');
    await rest({ method: 'PUT', path: setting, json: modules, token });
    answer = await rest({ method: 'GET', path, token });
  }
  const found = parseBody(repositorySchema, answer.body);
  const said = saidVisibility(found);
  if (visibility !== undefined && said !== undefined && said !== visibility) {
    throw rest.because('visibility_not_applied', { visibility: said });
  }
  const left = unapplied(
    { description, homepage, hasIssues, hasWiki },
    {
      description: found.description,
      homepage: found.homepage,
      hasIssues: found.has_issues,
      hasWiki: found.has_wiki,
    },
  );
  if (left.length > 0) throw rest.because('setting_not_applied', { settings: left.join(', ') });
  return readRepository(answer, webUrl);
}
