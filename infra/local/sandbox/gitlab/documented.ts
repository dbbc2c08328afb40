import { type Documented, documented } from '../description/description.ts';
import type { Shape } from '../description/shape.ts';

const projects: Readonly<Record<string, Shape>> = {
  'visibility?': 'string',
  'page?': 'integer',
  'per_page?': 'integer',
  'include_subgroups?': 'boolean',
  'order_by?': 'string',
  'sort?': 'string',
  'pagination?': "'keyset'",
  'id_after?': 'integer',
};

let kept: Documented | undefined;

/** GitLab's description, and what its pages add to it. */
export function gitlabDocumented(): Documented {
  kept ??= documented(import.meta.dirname, {
    sources: [
      'docs.gitlab.com/api/users (GET /user)',
      'docs.gitlab.com/api/projects, /api/project_forks, /api/project_import_export',
      'docs.gitlab.com/api/groups and /api/namespaces (ids are numbers)',
      'docs.gitlab.com/api/rest (keyset pages), /api/rest/troubleshooting (moved projects)',
      'docs.gitlab.com/api/commits (201), /api/repository_files, /api/repositories, /api/branches',
      'docs.gitlab.com/api/oauth2',
    ],
    nullable: true,
    operations: {
      'GET /user': { answers: { 200: '#user' } },
      'GET /projects': { query: projects, answers: { 200: ['#API_Entities_Project'] } },
      'GET /groups/{id}/projects': {
        query: projects,
        answers: { 200: ['#API_Entities_Project'] },
      },
      'GET /users/{id}/projects': {
        query: projects,
        answers: { 200: ['#API_Entities_Project'] },
      },
      'GET /projects/{id}': { answers: { 200: '#API_Entities_Project', 302: 'object' } },
      'DELETE /projects/{id}': { answers: { 202: 'object' } },
      'DELETE /projects/{id}/fork': { answers: { 204: 'any', 304: 'any' } },
      'POST /projects/{id}/repository/commits': {
        answers: { 201: '#API_Entities_CommitDetail' },
      },
      'POST /projects/{id}/repository/files/{file_path}': { answers: { 201: '#written' } },
      'PUT /projects/{id}/repository/files/{file_path}': { answers: { 200: '#written' } },
      'GET /projects/{id}/repository/files/{file_path}': { answers: { 200: '#file' } },
      'GET /projects/{id}/repository/tree': {
        query: {
          'path?': 'string',
          'ref?': 'string',
          'recursive?': 'boolean',
          'per_page?': 'integer',
        },
        answers: {
          200: [{ id: 'string', name: 'string', type: 'string', path: 'string', mode: 'string' }],
        },
      },
      'GET /projects/{id}/repository/branches/{branch}': {
        answers: { 200: '#API_Entities_Branch' },
      },
    },
    web: {
      'POST /oauth/token': {
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
            'expires_in?': 'integer',
            'refresh_token?': 'string',
            'scope?': 'string',
            'created_at?': 'integer',
          },
        },
      },
      'POST /oauth/revoke': {
        body: { client_id: 'string', client_secret: 'string', token: 'string' },
        answers: { 200: {} },
      },
    },
    shapes: {
      user: {
        id: 'integer',
        username: 'string',
        name: 'string',
        'state?': 'string',
        'web_url?': 'string',
      },
      written: { file_path: 'string', branch: 'string' },
      file: {
        file_name: 'string',
        file_path: 'string',
        size: 'integer',
        encoding: "'base64'",
        content: 'string',
        'content_sha256?': 'string',
        ref: 'string',
        blob_id: 'string',
        commit_id: 'string',
        last_commit_id: 'string',
      },
    },
    members: {
      API_Entities_Group: { 'id?': 'integer', 'parent_id?': 'integer' },
      API_Entities_GroupDetail: { 'id?': 'integer', 'parent_id?': 'integer' },
      API_Entities_Project: {
        'forked_from_project?': 'object',
        'namespace?': 'object',
        'import_error?': 'string',
        'permissions?': 'object',
      },
      postApiV4ProjectsIdRepositoryCommits: {
        actions: [
          {
            action: "'create' | 'delete' | 'move' | 'update' | 'chmod'",
            file_path: 'string',
            'previous_path?': 'string',
            'content?': 'string',
            'encoding?': "'text' | 'base64'",
            'last_commit_id?': 'string',
            'execute_filemode?': 'boolean',
          },
        ],
      },
    },
    anywhere: {
      302: 'object',
      400: 'object',
      401: 'object',
      403: 'object',
      404: 'object',
      405: 'object',
      409: 'object',
      429: 'string',
    },
  });
  return kept;
}
