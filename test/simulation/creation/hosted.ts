import type {
  Commit,
  Repository,
  RepositorySettings,
  Visibility,
} from '../../../lib/providers/provider.ts';

/** A repository at the host. `made` names the operation whose call made it; missing: somebody else's. */
export interface Hosted {
  readonly id: string;
  owner: string;
  readonly name: string;
  description: string;
  visibility: Visibility;
  readonly parent: string | undefined;
  /** Epoch milliseconds by the host's clock. */
  readonly createdAt: number;
  /** Milliseconds of the simulation from which on it shows, and has its contents. */
  readonly visibleAt: number;
  readonly readyAt: number;
  files: readonly string[];
  readonly made?: string;
}

export function configured(
  found: Hosted,
  settings: RepositorySettings,
  keepsForksPublic: boolean,
): void {
  const kept = keepsForksPublic && found.parent !== undefined;
  if (settings.description !== undefined) found.description = settings.description;
  if (settings.visibility !== undefined && !kept) found.visibility = settings.visibility;
}

export function committed(found: Hosted, { files }: Commit): 'there' | 'committed' {
  const paths = files.map(({ path }) => path);
  if (paths.every((path) => found.files.includes(path))) return 'there';
  found.files = paths;
  return 'committed';
}

export function fullNameOf({ owner, name }: Pick<Hosted, 'owner' | 'name'>): string {
  return `${owner}/${name}`;
}

export function told(hosted: Hosted): Repository {
  const { id, owner, name, description, visibility, parent, createdAt } = hosted;
  const fullName = fullNameOf(hosted);
  const cloneUrls = { https: `https://host.example/${fullName}.git` };
  const base = { id, owner, name, fullName, description, visibility, createdAt, cloneUrls };
  return { ...base, webUrl: fullName, ...(parent === undefined ? {} : { parent }) };
}
