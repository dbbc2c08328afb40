import { createHash } from 'node:crypto';
import { isForgebridgeError } from '../../errors.ts';
import { parseBody } from '../../http/answer.ts';
import { severalAtOnce } from '../../primitives/several.ts';
import type { Creation, SeedFile } from '../provider.ts';
import type { Gitea } from './client.ts';
import { repositoryPath } from './repositories.ts';
import { fileSchema } from './wire.ts';

/**
 * All files in one commit. An unchanged file would make a commit of nothing, so each is looked at
 * first, and those that are as they should be are left out.
 */
export function giteaContents(gitea: Gitea): Pick<Creation, 'commitFiles'> {
  return {
    async commitFiles({ token }, { fullName }, { branch, message, files: wanted }) {
      const looked = await severalAtOnce(wanted, (file) =>
        changeOf(gitea, token, fullName, branch, file),
      );
      const files = looked.filter((change) => change !== undefined);
      if (files.length === 0) return 'there';
      await gitea({
        method: 'POST',
        path: repositoryPath(fullName, 'contents'),
        token,
        json: { branch, message, files },
        // The branch is not known yet.
        refine: ({ status }) => (status === 404 ? gitea.because('not_visible') : undefined),
      });
      return 'committed';
    },
  };
}

async function changeOf(
  gitea: Gitea,
  token: string,
  fullName: string,
  branch: string,
  file: SeedFile,
) {
  const sha = await differs(gitea, token, fullName, branch, file);
  if (sha === undefined) return undefined;
  const { path, content } = file;
  return sha === 'missing'
    ? { operation: 'create', path, content }
    : { operation: 'update', sha, path, content };
}

/** The id of the file that is to be replaced, `missing`, or undefined where all is as it should be. */
async function differs(
  gitea: Gitea,
  token: string,
  fullName: string,
  branch: string,
  file: SeedFile,
): Promise<string | undefined> {
  try {
    const { body } = await gitea({
      method: 'GET',
      path: repositoryPath(fullName, 'contents', ...file.path.split('/')),
      query: { ref: branch },
      token,
    });
    if (Array.isArray(body)) {
      throw gitea.because('path_is_directory');
    }
    const { sha } = parseBody(fileSchema, body);
    return sha === blobId(Buffer.from(file.content, 'base64'), sha.length) ? undefined : sha;
  } catch (error) {
    if (isForgebridgeError(error, 'NotFound')) return 'missing';
    throw error;
  }
}

/** Git's own id of a file, as long as ids are in its repository: SHA-1, or SHA-256 where it has 64 digits. */
function blobId(bytes: Buffer, length: number): string {
  const hash = createHash(length === 64 ? 'sha256' : 'sha1');
  return hash.update(`blob ${bytes.length}\0`).update(bytes).digest('hex');
}
