import { type Documented, documented } from '../description/description.ts';

let kept: Documented | undefined;

/** GitHub's description, and what its pages and answers add to it. */
export function githubDocumented(): Documented {
  kept ??= documented(import.meta.dirname, {
    sources: [
      'docs.github.com/rest/using-the-rest-api/best-practices-for-using-the-rest-api (redirects)',
      'docs.github.com/rest/using-the-rest-api/troubleshooting-the-rest-api (refusals)',
      'docs.github.com/apps/oauth-apps/building-oauth-apps/authorizing-oauth-apps',
      'docs.github.com/apps/creating-github-apps/authenticating-with-a-github-app/refreshing-user-access-tokens',
    ],
    operations: {
      // Where a renamed repository leads to.
      'GET /repositories/{id}': { answers: { 200: '#full-repository' } },
    },
    web: {
      'POST /login/oauth/access_token': {
        body: {
          client_id: 'string',
          client_secret: 'string',
          'grant_type?': 'string',
          'code?': 'string',
          'redirect_uri?': 'string',
          'code_verifier?': 'string',
          'refresh_token?': 'string',
        },
        answers: { 200: '#token | string', 404: '#refusal' },
      },
    },
    shapes: {
      token: {
        'access_token?': 'string',
        'expires_in?': 'integer',
        'refresh_token?': 'string',
        'refresh_token_expires_in?': 'integer',
        'scope?': 'string',
        'token_type?': 'string',
        'error?': 'string',
        'error_description?': 'string',
        'error_uri?': 'string',
      },
      refusal: {
        message: 'string',
        'url?': 'string',
        'errors?': 'any',
        'documentation_url?': 'string',
        'status?': 'string',
      },
    },
    // A validation error says its status too, as every refusal does.
    members: {
      'validation-error': { 'status?': 'string', 'errors?': 'any' },
      'validation-error-simple': { 'status?': 'string' },
    },
    // The first is its text to those who do not say who they are.
    anywhere: {
      403: '#refusal | string',
      301: '#refusal',
      307: '#refusal',
      401: '#refusal',
      404: '#refusal',
      409: '#refusal',
      422: '#refusal',
    },
  });
  return kept;
}
