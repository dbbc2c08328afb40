import { type ForgebridgeError, isForgebridgeError } from '../../errors.ts';
import { parseBody } from '../../http/answer.ts';
import { segments } from '../../http/rest.ts';
import { defined } from '../../primitives/defined.ts';
import type { Creation, CreationRules, ProviderContext, RepositorySettings } from '../provider.ts';
import type { Refusal } from '../refusal.ts';
import { unapplied } from '../wire.ts';
import type { GitLab } from './client.ts';
import { readProject } from './repositories.ts';
import { hidesCode, projectSchema, toReadiness, toRepository } from './wire.ts';

/** What GitLab takes (docs.gitlab.com/user/reserved_names; paths begin and end with no mark). */
const rules: CreationRules = {
  visibilities: ['public', 'internal', 'private'],
  settings: ['description', 'visibility', 'hasIssues', 'hasWiki', 'detachFork', 'ci'],
  marks: ['fork', 'create'],
  includeAllBranches: true,
  oneCommit: true,
  name: { maxLength: 255, pattern: /^(?!.*\.(?:git|atom)$)[A-Za-z0-9](?:[._-]?[A-Za-z0-9])*$/i },
};

type Making = Required<Pick<Creation, 'rules' | 'create' | 'fork' | 'readiness' | 'configure'>>;

/** Everything that makes a project and brings it into shape. */
export function gitLabCreation(gitlab: GitLab, { settings: { webUrl } }: ProviderContext): Making {
  return {
    rules,

    async create({ token }, { name, namespace, description, visibility }) {
      const { body } = await gitlab({
        method: 'POST',
        path: '/projects',
        token,
        json: {
          name,
          path: name,
          namespace_id: Number(namespace.id),
          description,
          visibility,
          initialize_with_readme: true,
        },
      });
      return toRepository(parseBody(projectSchema, body), webUrl);
    },

    async fork({ token }, { template, includeAllBranches }, to) {
      const source = await readTemplate(gitlab, token, template);
      const branches = includeAllBranches ? undefined : source.default_branch || undefined;
      const { body } = await gitlab({
        method: 'POST',
        path: segments('projects', source.id, 'fork'),
        token,
        json: {
          name: to.name,
          path: to.name,
          namespace_path: to.namespace.path,
          description: to.description,
          visibility: to.visibility,
          ...defined({ branches }),
        },
        refine: (refusal) => forkRefused(gitlab, refusal),
      });
      // What it names as default branch is the source's: the copy has only begun.
      const { defaultBranch: _, ...repository } = toRepository(
        parseBody(projectSchema, body),
        webUrl,
      );
      return repository;
    },

    async readiness({ token }, { id }) {
      const project = await readProject(gitlab, token, id);
      const readiness = toReadiness(project);
      if (readiness.state === 'pending' && hidesCode(project)) {
        throw gitlab.because('template_not_readable');
      }
      return readiness;
    },

    async configure({ token }, { id }, wanted) {
      // First of all, because a fork cannot be more visible than its source.
      if (wanted.detachFork) await detach(gitlab, token, id);
      const changes = changesOf(wanted);
      if (Object.keys(changes).length === 0) {
        return toRepository(await readProject(gitlab, token, id), webUrl);
      }
      const { body } = await gitlab({
        method: 'PUT',
        path: segments('projects', id),
        token,
        json: changes,
      });
      const project = parseBody(projectSchema, body);
      const found = toRepository(project, webUrl);
      if (wanted.visibility !== undefined && found.visibility !== wanted.visibility) {
        throw gitlab.because('visibility_not_applied', { visibility: found.visibility });
      }
      const { description, hasIssues, hasWiki, ci } = wanted;
      const left = unapplied(
        { description, hasIssues, hasWiki, ci },
        {
          description: project.description,
          hasIssues: isOn(project.issues_access_level),
          hasWiki: isOn(project.wiki_access_level),
          ci: isOn(project.builds_access_level),
        },
      );
      if (left.length > 0) {
        throw gitlab.because('setting_not_applied', { settings: left.join(', ') });
      }
      return found;
    },
  };
}

async function readTemplate(gitlab: GitLab, token: string, template: string) {
  try {
    return await readProject(gitlab, token, template);
  } catch (error) {
    if (!isForgebridgeError(error, 'NotFound')) throw error;
    throw gitlab.because('template_not_readable');
  }
}

/** The template is known to be readable here; what else is "not found" stands in the message. */
function forkRefused(gitlab: GitLab, { status, said }: Refusal): ForgebridgeError | undefined {
  if (status !== 404) return undefined;
  return gitlab.because(/namespace/i.test(said) ? 'owner_not_found' : 'template_not_forkable');
}

/** Cuts the tie to the source. 304 and 404: there is none, an earlier try did it. */
async function detach(gitlab: GitLab, token: string, id: string): Promise<void> {
  try {
    await gitlab({
      method: 'DELETE',
      path: segments('projects', id, 'fork'),
      token,
    });
  } catch (error) {
    if (!isForgebridgeError(error, 'NotFound')) throw error;
  }
}

/** `enabled`, or `private` for members alone. */
function isOn(level: string | null | undefined): boolean | undefined {
  return level ? level !== 'disabled' : undefined;
}

function changesOf(wanted: RepositorySettings): Record<string, unknown> {
  const level = (on: boolean | undefined) =>
    on === undefined ? undefined : on ? 'enabled' : 'disabled';
  return defined({
    description: wanted.description,
    visibility: wanted.visibility,
    issues_access_level: level(wanted.hasIssues),
    wiki_access_level: level(wanted.hasWiki),
    builds_access_level: level(wanted.ci),
  });
}
