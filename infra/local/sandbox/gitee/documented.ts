import { type Documented, documented } from '../description/description.ts';
import { v5Additions } from '../v5/documented.ts';

let kept: Documented | undefined;

/** Gitee's description, and what its pages of later years add to it. */
export function giteeDocumented(): Documented {
  kept ??= documented(import.meta.dirname, {
    ...v5Additions,
    sources: [...v5Additions.sources, 'gitee.com/api/v5/swagger of 2024 (commits, open)'],
    operations: {
      ...v5Additions.operations,
      'POST /repos/{owner}/{repo}/commits': {
        body: {
          branch: 'string',
          message: 'string',
          actions: [
            {
              action: "'create' | 'update' | 'delete' | 'move' | 'chmod'",
              path: 'string',
              'previous_path?': 'string',
              'content?': 'string',
              'encoding?': "'text' | 'base64'",
            },
          ],
        },
        answers: { 201: '#Commit' },
      },
      'POST /repos/{owner}/{repo}/open': { answers: { 200: 'any', 201: 'any', 204: 'any' } },
    },
  });
  return kept;
}
