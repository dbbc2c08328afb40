import * as z from 'zod/mini';
import { ForgebridgeError, isForgebridgeError } from '../../errors.ts';
import { parseBody } from '../../http/answer.ts';
import { type Rest, segments } from '../../http/rest.ts';
import type {
  Commit,
  Creation,
  CreationRules,
  Readiness,
  RepositoryHandle,
  RepositorySettings,
  SeedFile,
} from '../provider.ts';
import { getRepository, repositoryPath } from './reading.ts';
import { repositorySchema, toRepository } from './wire.ts';

type Making = Required<
  Pick<
    Creation,
    'rules' | 'create' | 'fork' | 'readiness' | 'configure' | 'commitFiles' | 'deleteRepository'
  >
>;

/** A fork takes no description, so only a new repository carries the operation's mark. */
const rules: CreationRules = {
  visibilities: ['public', 'private'],
  settings: ['description', 'visibility', 'homepage', 'hasIssues', 'hasWiki'],
  marks: ['create'],
  includeAllBranches: true,
  oneCommit: false,
  name: { maxLength: 191, pattern: /^[A-Za-z0-9][A-Za-z0-9._-]{0,189}[A-Za-z0-9.]$/ },
};

const contentSchema = z.object({
  sha: z.string(),
  content: z.nullish(z.string()),
});

/** What makes and changes repositories. */
export function v5Creation(rest: Rest, webUrl: string): Making {
  return {
    rules,

    async create({ token }, { namespace, name, description, visibility }) {
      const own = namespace.kind === 'user';
      const { body } = await rest({
        method: 'POST',
        path: own ? '/user/repos' : segments('orgs', namespace.path, 'repos'),
        json: { name, path: name, description, private: visibility !== 'public', auto_init: true },
        token,
      });
      return toRepository(parseBody(repositorySchema, body), webUrl);
    },

    async fork({ token }, { template }, { namespace, name }) {
      const organization = namespace.kind === 'user' ? {} : { organization: namespace.path };
      const { body } = await rest({
        method: 'POST',
        path: repositoryPath(template, 'forks'),
        json: { ...organization, name, path: name },
        token,
      });
      return toRepository(parseBody(repositorySchema, body), webUrl);
    },

    readiness: ({ token }, { fullName }) => lookAt(rest, webUrl, token, fullName),

    async configure({ token }, { fullName }, settings) {
      const { body } = await rest({
        method: 'PATCH',
        path: repositoryPath(fullName),
        json: settingsBody(fullName, settings),
        token,
      });
      return toRepository(parseBody(repositorySchema, body), webUrl);
    },

    async commitFiles({ token }, repository, commit) {
      // One commit per file: the hosts have no call that takes several.
      for (const file of commit.files) await putFile(rest, token, repository, commit, file);
    },

    async deleteRepository({ token }, { fullName }) {
      try {
        await rest({ method: 'DELETE', path: repositoryPath(fullName), token });
      } catch (error) {
        // Gone already: an earlier try's reply was lost.
        if (!isForgebridgeError(error, 'NotFound')) throw error;
      }
    },
  };
}

/** The hosts do not say whether a fork is still being copied: ready is what has its branch. */
async function lookAt(
  rest: Rest,
  webUrl: string,
  token: string,
  fullName: string,
): Promise<Readiness> {
  try {
    const { defaultBranch } = await getRepository(rest, webUrl, token, fullName);
    if (defaultBranch === undefined) return { state: 'pending', detail: 'no_default_branch' };
    await rest({ method: 'GET', path: repositoryPath(fullName, 'branches', defaultBranch), token });
    return { state: 'ready', defaultBranch };
  } catch (error) {
    if (!isForgebridgeError(error, 'NotFound')) throw error;
    return { state: 'pending', detail: 'not_there_yet' };
  }
}

/** `name` is required here even where it stays as it is. */
function settingsBody(fullName: string, settings: RepositorySettings): Record<string, unknown> {
  const { description, visibility, homepage, hasIssues, hasWiki } = settings;
  return {
    name: fullName.slice(fullName.lastIndexOf('/') + 1),
    description,
    homepage,
    has_issues: hasIssues,
    has_wiki: hasWiki,
    private: visibility === undefined ? undefined : visibility !== 'public',
  };
}

async function putFile(
  rest: Rest,
  token: string,
  { fullName }: RepositoryHandle,
  { branch, message }: Commit,
  file: SeedFile,
): Promise<void> {
  const path = repositoryPath(fullName, 'contents', ...file.path.split('/'));
  const present = await readFile(rest, token, path, branch);
  if (present !== undefined && sameBytes(present.content, file.content)) return;
  await rest({
    method: present === undefined ? 'POST' : 'PUT',
    path,
    json: { content: file.content, message, branch, sha: present?.sha },
    token,
  });
}

async function readFile(
  rest: Rest,
  token: string,
  path: string,
  branch: string,
): Promise<z.infer<typeof contentSchema> | undefined> {
  try {
    const { body } = await rest({ method: 'GET', path, query: { ref: branch }, token });
    // A path that is not there is an empty list; a list with entries is a directory.
    if (!Array.isArray(body)) return parseBody(contentSchema, body);
    if (body.length === 0) return undefined;
  } catch (error) {
    if (isForgebridgeError(error, 'NotFound')) return undefined;
    throw error;
  }
  throw new ForgebridgeError('InvalidInput', { reason: 'path_is_directory' });
}

/** Both base64; the hosts break the lines of theirs. */
function sameBytes(theirs: string | null | undefined, ours: string): boolean {
  return (
    typeof theirs === 'string' && Buffer.from(theirs, 'base64').equals(Buffer.from(ours, 'base64'))
  );
}
