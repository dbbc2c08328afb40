import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parse } from 'yaml';
import { derive } from '../local/sandbox/description/derive.ts';
import type { Description } from '../local/sandbox/description/description.ts';
import { root } from '../local/template.ts';

/**
 * Writes `infra/local/sandbox/<host>/description.json` anew: `node infra/cli/describe-hosts.ts gitlab
 * openapi_v2.yaml`. The document is fetched by hand from where `source` says; only names, types and
 * statuses of the operations below are kept of it.
 */
const hosts: Readonly<Record<string, { source: string; operations: string }>> = {
  github: {
    source: 'npm @octokit/openapi 23.0.2, generated/api.github.com.json (OpenAPI 3.0)',
    operations: `
      GET /user, GET /user/orgs, GET /user/repos, POST /user/repos, GET /orgs/{org},
      GET /users/{username}, GET /orgs/{org}/repos, POST /orgs/{org}/repos, GET /users/{username}/repos,
      POST /repos/{template_owner}/{template_repo}/generate, POST /repos/{owner}/{repo}/forks,
      GET /repos/{owner}/{repo}, PATCH /repos/{owner}/{repo}, DELETE /repos/{owner}/{repo},
      PUT /repos/{owner}/{repo}/actions/permissions,
      GET /repos/{owner}/{repo}/contents/{path}, PUT /repos/{owner}/{repo}/contents/{path},
      GET /repos/{owner}/{repo}/branches, GET /repos/{owner}/{repo}/branches/{branch},
      GET /repos/{owner}/{repo}/commits,
      POST /repos/{owner}/{repo}/git/blobs, GET /repos/{owner}/{repo}/git/blobs/{file_sha},
      POST /repos/{owner}/{repo}/git/trees, GET /repos/{owner}/{repo}/git/trees/{tree_sha},
      POST /repos/{owner}/{repo}/git/commits, GET /repos/{owner}/{repo}/git/commits/{commit_sha},
      GET /repos/{owner}/{repo}/git/ref/{ref}, POST /repos/{owner}/{repo}/git/refs,
      PATCH /repos/{owner}/{repo}/git/refs/{ref},
      GET /app, GET /app/installations, GET /app/installations/{installation_id},
      POST /app/installations/{installation_id}/access_tokens,
      GET /orgs/{org}/installation, GET /users/{username}/installation,
      GET /repos/{owner}/{repo}/installation, GET /installation/repositories,
      GET /user/installations, GET /user/installations/{installation_id}/repositories,
      POST /applications/{client_id}/token, DELETE /applications/{client_id}/token,
      DELETE /applications/{client_id}/grant`,
  },
  gitlab: {
    source:
      'gitlab.com/gitlab-org/gitlab, doc/api/openapi/openapi_v2.yaml, March 2025 (Swagger 2.0)',
    operations: `
      GET /groups, GET /groups/{id}, GET /namespaces, GET /namespaces/{id},
      GET /projects, POST /projects, GET /projects/{id}, PUT /projects/{id}, DELETE /projects/{id},
      POST /projects/{id}/fork, DELETE /projects/{id}/fork, GET /projects/{id}/import,
      GET /projects/{id}/repository/commits, POST /projects/{id}/repository/commits,
      GET /projects/{id}/repository/branches,
      GET /projects/{id}/repository/files/{file_path},
      GET /projects/{id}/repository/files/{file_path}/raw,
      POST /projects/{id}/repository/files/{file_path}, PUT /projects/{id}/repository/files/{file_path}`,
  },
  gitee: {
    source:
      'gitee.com/api/v5 5.3.2 (Swagger 2.0), as in openeuler-mirror/go-gitee, api/swagger.yaml',
    operations: `
      GET /user, GET /user/orgs, GET /user/namespace, GET /user/namespaces, GET /user/repos,
      POST /user/repos, GET /users/{username}, GET /orgs/{org}, GET /orgs/{org}/repos,
      POST /orgs/{org}/repos, POST /repos/{owner}/{repo}/forks, GET /repos/{owner}/{repo},
      PATCH /repos/{owner}/{repo}, DELETE /repos/{owner}/{repo},
      GET /repos/{owner}/{repo}/contents/{path}, POST /repos/{owner}/{repo}/contents/{path},
      PUT /repos/{owner}/{repo}/contents/{path},
      GET /repos/{owner}/{repo}/branches, GET /repos/{owner}/{repo}/branches/{branch}`,
  },
  gitea: {
    source: 'code.gitea.io/gitea v1.26.0, templates/swagger/v1_json.tmpl (Swagger 2.0)',
    operations: `
      GET /version, GET /user, GET /user/orgs, GET /user/repos, POST /user/repos, GET /orgs/{org},
      GET /orgs/{org}/repos, POST /orgs/{org}/repos, GET /users/{username}/repos,
      POST /repos/{template_owner}/{template_repo}/generate, POST /repos/{owner}/{repo}/forks,
      GET /repos/{owner}/{repo}, PATCH /repos/{owner}/{repo}, DELETE /repos/{owner}/{repo},
      GET /repos/{owner}/{repo}/branches, GET /repos/{owner}/{repo}/branches/{branch},
      GET /repos/{owner}/{repo}/contents/{filepath}, POST /repos/{owner}/{repo}/contents`,
  },
};

const [host = '', file = ''] = process.argv.slice(2);
const asked = hosts[host];
if (asked === undefined || file === '') {
  throw new Error(`usage: node infra/cli/describe-hosts.ts ${Object.keys(hosts).join(' | ')} FILE`);
}
const text = await readFile(file, 'utf8');
const document: unknown = text.startsWith('{') ? JSON.parse(text) : parse(text);
const operations = asked.operations.split(',').map((each) => each.trim().replace(/\s+/g, ' '));
const description = derive(Object(document), operations, asked.source);
await writeFile(join(root, `infra/local/sandbox/${host}/description.json`), inLines(description));

/** One line for each operation and each shape. */
function inLines({ source, operations: calls, shapes }: Description): string {
  const lines = (members: object) =>
    Object.entries(members)
      .map(([name, value]) => `  ${JSON.stringify(name)}: ${JSON.stringify(value)}`)
      .join(',\n');
  return `{\n"source": ${JSON.stringify(source)},\n"operations": {\n${lines(calls)}\n},\n"shapes": {\n${lines(shapes)}\n}\n}\n`;
}
