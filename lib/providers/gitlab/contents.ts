import { type ForgebridgeError, isForgebridgeError } from '../../errors.ts';
import { parseBody } from '../../http/answer.ts';
import { segments } from '../../http/rest.ts';
import { severalAtOnce } from '../../primitives/several.ts';
import type { Access, Creation, SeedFile } from '../provider.ts';
import type { Refusal } from '../refusal.ts';
import { sentenceOf, textsIn } from '../sentence.ts';
import type { GitLab } from './client.ts';
import { fileSchema } from './wire.ts';

/**
 * All files in one commit (docs.gitlab.com/api/commits). GitLab wants to be told which files are new,
 * so each is looked at first; those that are as they should be are left out, and a commit of nothing
 * is not made.
 */
export function gitLabContents(gitlab: GitLab): Pick<Creation, 'commitFiles'> {
  return {
    async commitFiles({ token }, { id }, { branch, message, files }) {
      const looked = await severalAtOnce(files, async (file) => ({
        file,
        action: await actionFor(gitlab, token, id, branch, file),
      }));
      const actions = looked
        .filter(({ action }) => action !== 'keep')
        .map(({ action, file: { path, content } }) => ({
          action,
          file_path: path,
          content,
          encoding: 'base64',
        }));
      if (actions.length === 0) return 'there';
      await gitlab({
        method: 'POST',
        path: segments('projects', id, 'repository', 'commits'),
        token,
        json: { branch, commit_message: message, actions },
        refine: (refusal) => commitRefused(gitlab, refusal, token),
      });
      return 'committed';
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

/** Push rules differ by project and are told in words (docs.gitlab.com/user/project/repository/push_rules). */
const pushRules =
  /push rule|does not follow the pattern|prohibited|not a member|committer|author'?s? e-?mail|gpg|signed|file name|larger than|secret|pre-receive|hook/i;

function commitRefused(
  gitlab: GitLab,
  { status, said, body }: Refusal,
  token: string,
): ForgebridgeError | undefined {
  if (/not allowed to push|protected branch/i.test(said)) return gitlab.because('branch_protected');
  // A project that was made a moment ago, or a file that somebody else added meanwhile.
  const moved = /already exists|doesn't exist|does not exist|when you are on a branch/i.test(said);
  if (status === 400 && moved) return gitlab.because('branch_moved');
  if (status === 404) return gitlab.because('not_visible');
  if (![400, 403, 422].includes(status)) return undefined;
  const sentence = { said: sentenceOf(textsIn(body), [token]) };
  if (/commit message/i.test(said)) return gitlab.because('commit_message_refused', sentence);
  return pushRules.test(said) ? gitlab.because('push_rule', sentence) : undefined;
}
