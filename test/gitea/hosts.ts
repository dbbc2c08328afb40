import type { HostId } from '../../infra/local/sandbox/registry.ts';
import { type Strategy, strategies } from '../../lib/providers/provider.ts';

/** The only host here, in the place of test/conformance/hosts.ts. */
export const hosts: readonly HostId[] = ['gitea'];
export const creatingHosts: readonly HostId[] = [...hosts];

export function strategiesOf(_: HostId): readonly Strategy[] {
  return strategies;
}
