import { ForgebridgeError, isForgebridgeError } from '../../errors.ts';
import { parseBody } from '../../http/answer.ts';
import { segments } from '../../http/rest.ts';
import type { Access, Creation, SeedFile } from '../provider.ts';
import type { GitLab, Refusal } from './client.ts';
import { fileSchema } from './wire.ts';

/**
 * All files in one commit (docs.gitlab.com/api/commits). GitLab wants to be told which files are new,
 * so each is looked at first; those that are as they should be are left out, and a commit of nothing
 * is not made.
 */
export function gitLabContents(gitlab: GitLab): Pick<Creation, 'commitFiles'> {
  return {
    async commitFiles({ token }, { id }, { branch, message, files }) {
      const actions = [];
      for (const file of files) {
        const action = await actionFor(gitlab, token, id, branch, file);
        if (action === 'keep') continue;
        actions.push({ action, file_path: file.path, content: file.content, encoding: 'base64' });
      }
      if (actions.length === 0) return;
      await gitlab({
        method: 'POST',
        path: segments('projects', id, 'repository', 'commits'),
        token,
        json: { branch, commit_message: message, actions },
        refine: commitRefused,
      });
    },
  };
}

async function actionFor(
  gitlab: GitLab,
  token: Access['token'],
  id: string,
  branch: string,
  file: SeedFile,
): Promise<'create' | 'update' | 'keep'> {
  try {
    const { body } = await gitlab({
      method: 'GET',
      path: segments('projects', id, 'repository', 'files', file.path),
      query: { ref: branch },
      token,
    });
    const there = Buffer.from(parseBody(fileSchema, body).content, 'base64');
    return there.equals(Buffer.from(file.content, 'base64')) ? 'keep' : 'update';
  } catch (error) {
    if (isForgebridgeError(error, 'NotFound')) return 'create';
    throw error;
  }
}

function commitRefused({ status, text }: Refusal): ForgebridgeError | undefined {
  if (/not allowed to push|protected branch/.test(text)) {
    return new ForgebridgeError('Forbidden', {
      reason: 'branch_protected',
      remedy: 'The default branch takes no direct commits. Let the connected account push to it.',
    });
  }
  // A project that was made a moment ago, or a file that somebody else added meanwhile.
  const moved =
    status === 400 &&
    /already exists|doesn't exist|does not exist|when you are on a branch/.test(text);
  if (!moved && status !== 404) return undefined;
  return new ForgebridgeError('ProviderUnavailable', {
    reason: moved ? 'branch_moved' : 'not_visible',
  });
}
