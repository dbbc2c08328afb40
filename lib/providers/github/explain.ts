import { type ForgebridgeError, isForgebridgeError } from '../../errors.ts';
import { defined } from '../../primitives/defined.ts';
import type { Access, Repository } from '../provider.ts';
import type { Refusal } from '../refusal.ts';
import { sameName } from '../wire.ts';
import { bearer, type GitHub } from './client.ts';
import { permissionsIn } from './permissions.ts';
import { gitHubPage, locate, readRepository } from './repositories.ts';
import { installationSchema, toInstallation } from './wire.ts';

/** What a creating call is about, to explain why it was refused. */
interface Aim {
  readonly owner: string;
  /** Where the contents come from, and whether that must be marked as a template. */
  readonly source?: { readonly fullName: string; readonly marked: boolean };
}

/** Pages of the user's installations that are looked through at most. */
const pages = 5;

/**
 * A creating call whose refusals are explained. Of a GitHub App's user GitHub only says "not found"
 * or "not accessible": the template may be hidden, the app not installed for the owner, or installed
 * without a permission. A look at each tells which, so that nobody is sent to install what is
 * installed.
 */
export function explained(
  github: GitHub,
  installUrl: (() => string) | undefined,
  read: (data: unknown) => Repository,
) {
  return async (
    { token }: Access,
    route: string,
    parameters: Readonly<Record<string, unknown>>,
    aim: Aim,
  ): Promise<Repository> => {
    let wanted: string | undefined;
    const refine = ({ headers }: Refusal): undefined => {
      wanted = headers.get('x-accepted-github-permissions') ?? undefined;
    };
    try {
      const { data } = await github({ route, authorization: bearer(token), parameters, refine });
      return read(data);
    } catch (error) {
      throw await explain(error, token, aim, wanted);
    }
  };

  async function explain(error: unknown, token: string, aim: Aim, wanted: string | undefined) {
    if (isForgebridgeError(error) && error.details.reason === 'template_not_readable') {
      return notReadable();
    }
    const hidden = isForgebridgeError(error, 'NotFound') && error.details.reason === undefined;
    // Without a word about permissions only "not accessible" speaks of one.
    const permissions = wanted ?? (hidden ? undefined : 'administration=write');
    if (!hidden && !notAccessible(error)) return error;
    const problem =
      (await sourceProblem(token, aim)) ?? (await appProblem(token, aim, permissions));
    return problem ?? (hidden ? github.because('owner_not_found') : error);
  }

  async function appProblem(
    token: string,
    { owner }: Aim,
    permissions: string | undefined,
  ): Promise<ForgebridgeError | undefined> {
    if (installUrl === undefined) return undefined;
    const installed = await installationAt(token, owner);
    if (installed === undefined) {
      const link = { installUrl: installUrl() };
      return github.because('installation_required', { owner }, link);
    }
    if (installed.suspended) return github.because('installation_suspended');
    if (permissions === undefined) return undefined;
    return github.because('permission_missing', {
      permissions: permissionsIn(permissions),
    });
  }

  async function sourceProblem(token: string, { source }: Aim): Promise<unknown> {
    if (source === undefined) return undefined;
    try {
      const found = await readRepository(github, token, locate(source.fullName));
      return source.marked && found.is_template === false
        ? github.because('not_a_template')
        : undefined;
    } catch (error) {
      return isForgebridgeError(error, 'NotFound') ? notReadable() : error;
    }
  }

  function notReadable(): ForgebridgeError {
    return github.because('template_not_readable', {}, defined({ installUrl: installUrl?.() }));
  }

  async function installationAt(token: string, owner: string) {
    let cursor: string | undefined;
    for (let page = 1; page <= pages; page += 1) {
      const { items, next } = await gitHubPage(github, token, cursor, {
        route: 'GET /user/installations',
        row: installationSchema,
        convert: toInstallation,
        rows: (data) => Object(data).installations,
      });
      const found = items.find(({ account }) => sameName(account.path, owner));
      if (found !== undefined || next === undefined) return found;
      cursor = next;
    }
    return undefined;
  }
}

function notAccessible(error: unknown): boolean {
  const reason = isForgebridgeError(error) ? error.details.reason : undefined;
  return reason === 'not_accessible_by_integration' || reason === 'permission_missing';
}
