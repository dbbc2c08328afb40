import * as z from 'zod/mini';
import { isForgebridgeError } from '../../errors.ts';
import { parseBody } from '../../http/answer.ts';
import { severalAtOnce } from '../../primitives/several.ts';
import type { Commit, Creation, SeedFile } from '../provider.ts';
import { repositoryPath } from './reading.ts';
import type { V5Rest } from './rest.ts';
import type { Dialect } from './writing.ts';

const contentSchema = z.object({ sha: z.string(), content: z.nullish(z.string()) });

/** A file that is not as it should be, and the id of what stands in its place. */
interface Change extends SeedFile {
  readonly sha?: string;
}

/** Each file is looked at first; those that are as they should be are left out. */
export function v5Commits(rest: V5Rest, { oneCommit }: Dialect): Pick<Creation, 'commitFiles'> {
  return {
    async commitFiles({ token }, { fullName }, commit) {
      const looked = await severalAtOnce(commit.files, (file) =>
        changeOf(rest, token, fullName, commit, file),
      );
      const changes = looked.filter((change) => change !== undefined);
      if (changes.length === 0) return 'there';
      if (oneCommit) await commitAll(rest, token, fullName, commit, changes);
      else for (const change of changes) await put(rest, token, fullName, commit, change);
      return 'committed';
    },
  };
}

async function commitAll(
  rest: V5Rest,
  token: string,
  fullName: string,
  { branch, message }: Commit,
  changes: readonly Change[],
): Promise<void> {
  const actions = changes.map(({ path, content, sha }) => ({
    action: sha === undefined ? 'create' : 'update',
    path,
    content,
    encoding: 'base64',
  }));
  const json = { branch, message, actions };
  await rest({ method: 'POST', path: repositoryPath(fullName, 'commits'), json, token });
}

async function put(
  rest: V5Rest,
  token: string,
  fullName: string,
  { branch, message }: Commit,
  { path, content, sha }: Change,
): Promise<void> {
  await rest({
    method: sha === undefined ? 'POST' : 'PUT',
    path: contentsPath(fullName, path),
    json: { content, message, branch, sha },
    token,
  });
}

async function changeOf(
  rest: V5Rest,
  token: string,
  fullName: string,
  { branch }: Commit,
  file: SeedFile,
): Promise<Change | undefined> {
  const present = await readFile(rest, token, contentsPath(fullName, file.path), branch);
  if (present === undefined) return file;
  return sameBytes(present.content, file.content) ? undefined : { ...file, sha: present.sha };
}

function contentsPath(fullName: string, path: string): string {
  return repositoryPath(fullName, 'contents', ...path.split('/'));
}

async function readFile(
  rest: V5Rest,
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
  throw rest.because('path_is_directory');
}

/** Both base64; the hosts break the lines of theirs. */
function sameBytes(theirs: string | null | undefined, ours: string): boolean {
  return (
    typeof theirs === 'string' && Buffer.from(theirs, 'base64').equals(Buffer.from(ours, 'base64'))
  );
}
