import { audit } from '../aws/audit.ts';
import type { Invocation } from '../aws/invocation.ts';
import { openKeys } from '../aws/secret-values.ts';
import { opener } from '../sealing/sealing.ts';
import type { Vault } from '../vault/vault.ts';
import { provider } from './configured-providers.ts';
import { sealingVault } from './sealing-vault.ts';

let opens: ReturnType<typeof opener> | undefined;

/** The whole vault, for functions that must open tokens. */
export function vault(invocation: Invocation): Vault {
  opens ??= opener((fresh) => openKeys(Date.now(), fresh));
  return {
    ...sealingVault(),
    opener: opens,
    providers: (id) => provider(id, invocation),
    audit: (line) => audit('token opened', { ...line }),
  };
}
