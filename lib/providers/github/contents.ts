import * as z from 'zod/mini';
import type { ForgebridgeError } from '../../errors.ts';
import { parseBody } from '../../http/answer.ts';
import type { Access, Commit, Creation, SeedFile } from '../provider.ts';
import type { Refusal } from '../refusal.ts';
import { sentenceOf } from '../sentence.ts';
import { bearer, type GitHub } from './client.ts';
import { scopeList } from './permissions.ts';
import { type Location, locate } from './repositories.ts';

const refSchema = z.object({ object: z.object({ sha: z.string() }) });
const commitSchema = z.object({ tree: z.object({ sha: z.string() }) });
const objectSchema = z.object({ sha: z.string() });

/**
 * All files in one commit by the Git data API (docs.github.com/rest/git): tree, commit, then the
 * branch moves. Until it moves nothing is visible, so a try that died half-way leaves nothing behind;
 * a tree that comes out as it was means that everything is there already.
 */
export function gitHubContents(github: GitHub): Pick<Creation, 'commitFiles'> {
  return {
    async commitFiles(access, { fullName }, commit) {
      const send = sender(github, access, locate(fullName), commit);
      const head = parseBody(
        refSchema,
        await send('GET /repos/{owner}/{repo}/git/ref/heads/{branch}', { branch: commit.branch }),
      ).object.sha;
      const base = parseBody(
        commitSchema,
        await send('GET /repos/{owner}/{repo}/git/commits/{commit_sha}', { commit_sha: head }),
      ).tree.sha;

      const entries = [];
      for (const file of commit.files) entries.push(await treeEntry(send, file));
      const tree = parseBody(
        objectSchema,
        await send('POST /repos/{owner}/{repo}/git/trees', { base_tree: base, tree: entries }),
      ).sha;
      if (tree === base) return 'there';

      const { sha } = parseBody(
        objectSchema,
        await send('POST /repos/{owner}/{repo}/git/commits', {
          message: commit.message,
          tree,
          parents: [head],
        }),
      );
      await send('PATCH /repos/{owner}/{repo}/git/refs/heads/{branch}', {
        branch: commit.branch,
        sha,
        force: false,
      });
      return 'committed';
    },
  };
}

type Send = (route: string, parameters: Record<string, unknown>) => Promise<unknown>;

function sender(github: GitHub, { token }: Access, place: Location, commit: Commit): Send {
  return async (route, parameters) => {
    const { data } = await github({
      route,
      authorization: bearer(token),
      parameters: { ...place, ...parameters },
      refine: (refusal) =>
        refusedByRule(github, refusal, token) ??
        workflowPermission(github, refusal, commit, route.startsWith('GET ')) ??
        notYet(github, refusal),
    });
    return data;
  };
}

/** Text goes into the tree itself; only bytes that are no text need a blob, a request each. */
async function treeEntry(send: Send, { path, content }: SeedFile) {
  const entry = { path, mode: '100644', type: 'blob' };
  const bytes = Buffer.from(content, 'base64');
  const text = bytes.toString('utf8');
  if (Buffer.from(text, 'utf8').equals(bytes)) return { ...entry, content: text };
  const blob = await send('POST /repos/{owner}/{repo}/git/blobs', { content, encoding: 'base64' });
  return { ...entry, sha: parseBody(objectSchema, blob).sha };
}

/** Rules of a branch or a push (docs.github.com/repositories, about rulesets), told in words. */
function refusedByRule(
  github: GitHub,
  { status, said }: Refusal,
  token: string,
): ForgebridgeError | undefined {
  if (status !== 403 && status !== 409 && status !== 422) return undefined;
  const sentence = { said: sentenceOf(said, [token]) };
  if (/secret detected|push protection|secret scanning/i.test(said)) {
    return github.because('push_protection', sentence);
  }
  const violated = /rule violation|push rule/i.test(said);
  if (violated && /commit message/i.test(said)) {
    return github.because('commit_message_refused', sentence);
  }
  if (violated && /author|committer|e-?mail|signature|file (path|size|extension)/i.test(said)) {
    return github.because('push_rule', sentence);
  }
  return violated || /protected branch|changes must be made through|required status/i.test(said)
    ? github.because('branch_protected')
    : undefined;
}

/** GitHub hides a lacking workflow permission behind 404 as readily as it says 403. */
function workflowPermission(
  github: GitHub,
  { status, headers, said }: Refusal,
  commit: Commit,
  reading: boolean,
): ForgebridgeError | undefined {
  const touches = commit.files.some(({ path }) => path.startsWith('.github/workflows/'));
  const named = /without `?workflows?`? (?:scope|permission)/i.test(said);
  const granted = scopeList(headers.get('x-oauth-scopes')).includes('workflow');
  const lacking = status === 404 || (status === 403 && /not accessible|^forbidden/i.test(said));
  if (!named && !(touches && lacking && !granted && !reading)) return undefined;
  return github.because('workflow_permission');
}

/** Answers of a repository that was made a moment ago, or of a branch that moved meanwhile. */
function notYet(github: GitHub, { status, said }: Refusal): ForgebridgeError | undefined {
  if (status === 404) return github.because('not_visible');
  return status === 422 && /fast[ -]forward|does not exist/i.test(said)
    ? github.because('branch_moved')
    : undefined;
}
