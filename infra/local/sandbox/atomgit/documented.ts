import { join } from 'node:path';
import { type Documented, documented } from '../description/description.ts';
import type { Shape } from '../description/shape.ts';
import { v5Additions } from '../v5/documented.ts';

const repository: Shape = {
  id: 'integer | string',
  'name?': 'string',
  'full_name?': 'string',
  'description?': 'string',
  'private?': 'boolean',
  'default_branch?': 'string',
  'html_url?': 'string',
  'git_url?': 'string',
  'created_at?': 'string',
};
const pages = { 'page?': 'integer', 'per_page?': 'integer' };

let kept2023: Documented | undefined;
let keptV5: Documented | undefined;

/** The guide of 2023: six calls, and answers for most of them. */
export function guideDocumented(): Documented {
  kept2023 ??= documented(undefined, {
    sources: ['the AtomGit developer guide of 2023: app installation, user authorization'],
    nullable: true,
    operations: {
      'GET /user/info': {
        answers: {
          200: {
            id: 'integer | string',
            'login?': 'string',
            'name?': 'string',
            'html_url?': 'string',
            'created_at?': 'string',
          },
        },
      },
      'GET /user/{username}/repos': { query: pages, answers: { 200: [repository] } },
      'GET /orgs/{org}/repos': { query: pages, answers: { 200: [repository] } },
      'GET /app/installations': {
        query: pages,
        answers: {
          200: [
            {
              id: 'integer',
              'access_tokens_url?': 'string',
              account: {
                id: 'integer',
                org_name: 'string',
                organization_id: 'string',
                path: 'string',
              },
              'app_id?': 'integer',
              'app_slug?': 'string',
              'created_at?': 'string',
              'events?': ['string'],
              'permissions?': { '*': 'string' },
              'repository_selection?': 'string',
              'target_id?': 'string',
              'updated_at?': 'string',
            },
          ],
        },
      },
      'POST /app/installations/{id}/access_tokens': {
        answers: { 200: '#installation-token', 201: '#installation-token' },
      },
      'POST /login/oauth/access_token': {
        body: {
          client_id: 'string',
          client_secret: 'string',
          'code?': 'string',
          'grant_type?': 'string',
          'refresh_token?': 'string',
        },
        answers: {
          200: {
            access_token: 'string',
            expires_in: 'integer',
            refresh_token: 'string',
            refresh_token_expires_in: 'integer',
          },
        },
      },
    },
    shapes: {
      'installation-token': {
        token: 'string',
        expires_at: 'string',
        permissions: { '*': 'string' },
        repository_selection: 'string',
      },
    },
    anywhere: { 400: 'object', 401: 'object', 403: 'object', 404: 'object', 415: 'object' },
  });
  return kept2023;
}

/** The calls that docs.atomgit.com lists; what they take is told by the dialect that they share. */
export function v5Documented(): Documented {
  keptV5 ??= documented(join(import.meta.dirname, '../gitee'), {
    ...v5Additions,
    sources: [
      ...v5Additions.sources,
      'docs.atomgit.com/sitemap.xml, July 2026 (methods and paths)',
      'docs.gitcode.com (module/setting, 404 for a file that is not there)',
    ],
    only: [
      'GET /user',
      'GET /user/namespace',
      'GET /user/namespaces',
      'GET /user/repos',
      'POST /user/repos',
      'GET /users/{username}',
      'GET /orgs/{org}',
      'GET /orgs/{org}/repos',
      'POST /orgs/{org}/repos',
      'POST /repos/{owner}/{repo}/forks',
      'GET /repos/{owner}/{repo}',
      'PATCH /repos/{owner}/{repo}',
      'DELETE /repos/{owner}/{repo}',
      'GET /repos/{owner}/{repo}/contents/{path}',
      'POST /repos/{owner}/{repo}/contents/{path}',
      'PUT /repos/{owner}/{repo}/contents/{path}',
      'GET /repos/{owner}/{repo}/branches',
      'GET /repos/{owner}/{repo}/branches/{branch}',
    ],
    operations: {
      ...v5Additions.operations,
      'GET /users/orgs': { query: pages, answers: { 200: ['#Group'] } },
      'PUT /repos/{owner}/{repo}/module/setting': {
        body: { 'has_issue?': 'boolean', 'has_wiki?': 'boolean' },
        answers: { 200: { 'has_issue?': 'boolean', 'has_wiki?': 'boolean' } },
      },
    },
    members: {
      ...v5Additions.members,
      Namespace: {
        'develop_mode?': 'string',
        'cell?': 'string',
        'kind?': 'string',
        'full_path?': 'string',
        'full_name?': 'string',
        'visibility_level?': 'integer',
        'enable_file_control?': 'boolean',
      },
    },
  });
  return keptV5;
}
