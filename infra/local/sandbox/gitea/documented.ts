import { type Documented, documented } from '../description/description.ts';

let kept: Documented | undefined;

/** Gitea's description, and what a real one answers beside it (answers.json). */
export function giteaDocumented(): Documented {
  kept ??= documented(import.meta.dirname, {
    sources: [
      'a Gitea 1.26.0, asked by test/gitea/record.ts',
      'docs.gitea.com/development/oauth2-provider',
    ],
    nullable: true,
    web: {
      'POST /login/oauth/access_token': {
        body: {
          client_id: 'string',
          client_secret: 'string',
          grant_type: 'string',
          'code?': 'string',
          'redirect_uri?': 'string',
          'code_verifier?': 'string',
          'refresh_token?': 'string',
        },
        answers: {
          200: {
            access_token: 'string',
            token_type: 'string',
            expires_in: 'integer',
            refresh_token: 'string',
          },
        },
      },
    },
    // What `login` was called before.
    members: { User: { 'username?': 'string' } },
    anywhere: {
      301: 'any',
      400: 'object',
      401: 'object',
      403: 'object',
      404: 'object',
      409: 'object',
      422: 'object',
    },
  });
  return kept;
}
