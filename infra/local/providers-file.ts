import { readFileSync, writeFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { parse } from 'yaml';
import * as z from 'zod/mini';
import type { HostSettings } from './sandbox/options.ts';
import type { SecretFile } from './secrets-manager.ts';
import { root, secretPrefix } from './template.ts';

const entrySchema = z.array(
  z.looseObject({
    id: z.string(),
    kind: z.string(),
    flavour: z.optional(z.string()),
    clientId: z.string(),
  }),
);
type Entry = z.output<typeof entrySchema>[number];

/**
 * Writes the providers file of the local stack from `infra/providers.yml`; see
 * {@link composeProviders}.
 *
 * @returns the ids that are real.
 */
export function writeProviders(
  file: string,
  secrets: SecretFile,
  hosts: readonly HostSettings[],
): readonly string[] {
  const source = readFileSync(resolve(root, 'infra/providers.yml'), 'utf8');
  const { entries, real } = composeProviders(entrySchema.parse(parse(source)), secrets, hosts);
  writeFileSync(file, JSON.stringify(entries, null, 2));
  return real;
}

/**
 * An entry that has a client id, and whose client secret was given with `npm run configure`, stays
 * as it is and means the real host. Every other one is served by the sandbox, whose secrets are put
 * beside it; so are the sandbox's hosts that the file does not have.
 */
export function composeProviders(
  configured: readonly Entry[],
  secrets: SecretFile,
  hosts: readonly HostSettings[],
): { readonly entries: readonly Entry[]; readonly real: readonly string[] } {
  const real: string[] = [];
  const entries = configured.map((entry) => {
    const host = hostFor(entry, hosts);
    if (host !== undefined && !isReal(entry, secrets, host)) {
      return sandboxed(entry.id, host, secrets);
    }
    real.push(entry.id);
    return entry;
  });
  const known = new Set(configured.map(({ id }) => id));
  const others = hosts.filter(({ id }) => !known.has(id));
  return {
    entries: [...entries, ...others.map((host) => sandboxed(host.id, host, secrets))],
    real,
  };
}

function hostFor(entry: Entry, hosts: readonly HostSettings[]): HostSettings | undefined {
  const sameKind = hosts.filter(({ kind }) => kind === entry.kind);
  return (
    hosts.find(({ id }) => id === entry.id) ??
    sameKind.find(({ flavour }) => flavour === entry.flavour) ??
    sameKind[0]
  );
}

function isReal({ id, clientId }: Entry, secrets: SecretFile, host: HostSettings): boolean {
  const given = secrets.get(`${secretPrefix}/${id}/client`);
  return clientId !== '' && given !== undefined && given !== clientSecret(host);
}

function sandboxed(id: string, host: HostSettings, secrets: SecretFile): Entry {
  secrets.put(`${secretPrefix}/${id}/client`, clientSecret(host));
  if (host.appPrivateKey !== undefined) {
    secrets.put(`${secretPrefix}/${id}/app-key`, host.appPrivateKey);
  }
  const { clientSecret: _secret, appPrivateKey: _key, ...settings } = host;
  return { ...settings, id };
}

/** The value of a client's secret, as `npm run configure` writes it. */
function clientSecret({ clientSecret: secret }: HostSettings): string {
  return JSON.stringify({ secrets: [secret] });
}
