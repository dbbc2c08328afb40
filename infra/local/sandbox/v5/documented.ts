import type { Additions } from '../description/description.ts';

/** What an answer of the dialect holds, by what real hosts of it sent and their pages show. */
const members: NonNullable<Additions['members']> = {
  Project: {
    'permission?': 'object',
    'parentfull_name?': 'string',
    'members?': ['string'],
    'visibility?': 'string',
    'empty_repo?': 'boolean',
  },
  UserBasic: { 'remark?': 'string' },
  User: { 'remark?': 'string' },
  Group: { 'name?': 'string', 'remark?': 'string', 'html_url?': 'string', 'type?': 'string' },
  Content: { 'size?': 'integer', '_links?': 'object' },
  ContentBasic: { 'size?': 'integer', '_links?': 'object' },
  Commit: { 'sha?': 'string', 'tree?': 'object', 'parents?': ['object'] },
  BranchCommit: { 'commit?': 'object' },
  // A form's member, whatever it means.
  NewFileParam: { content: 'string', message: 'string' },
  RepoPatchParam: { name: 'string' },
};

const sizes = { 'page?': 'integer', 'per_page?': 'integer' };

/** Calls of both hosts that the document of 2022 shows otherwise, or not at all. */
const operations: NonNullable<Additions['operations']> = {
  // Lists, which the document shows as one of what is in them.
  'GET /user/repos': { query: sizes, answers: { 200: ['#Project'] } },
  'GET /users/{username}/repos': { query: sizes, answers: { 200: ['#Project'] } },
  // A path, so that it is not made of the name.
  'POST /user/repos': { body: { 'path?': 'string' } },
  'POST /repos/{owner}/{repo}/forks': { body: { 'name?': 'string', 'path?': 'string' } },
  // A file, a folder's files, or an empty list for what is not there.
  'GET /repos/{owner}/{repo}/contents/{path}': { answers: { 200: '#Content | #Contents' } },
  'PUT /repos/{owner}/{repo}/contents/{path}': { answers: { 200: '#CommitContent' } },
};

const sessionBody = {
  grant_type: 'string',
  'client_id?': 'string',
  'client_secret?': 'string',
  'code?': 'string',
  'redirect_uri?': 'string',
  'refresh_token?': 'string',
};

/** What the hosts of the dialect have in common. */
export const v5Additions: Additions = {
  sources: [
    'gitee.com/api/v5/oauth_doc',
    'docs.gitcode.com, POST /api/v5/repos/:owner/:repo/forks (name, path)',
    'answers of gitee.com in drone/go-scm, scm/driver/gitee/testdata',
  ],
  nullable: true,
  forms: true,
  operations,
  members: { ...members, RepositoryPostParam: { name: 'string', 'path?': 'string' } },
  shapes: { Contents: ['#Content'] },
  web: {
    'POST /oauth/token': {
      body: sessionBody,
      answers: {
        200: {
          access_token: 'string',
          'token_type?': 'string',
          expires_in: 'integer',
          refresh_token: 'string',
          scope: 'string',
          created_at: 'integer | string',
        },
      },
    },
  },
  anywhere: {
    400: 'object',
    401: 'object',
    403: 'object',
    404: 'object',
    409: 'object',
    422: 'object',
    429: 'object',
  },
};
