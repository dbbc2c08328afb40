import { ForgebridgeError } from '../../errors.ts';
import type { Provider, ProviderContext } from '../provider.ts';
import { v5Provider } from '../v5/index.ts';
import { guide2023 } from './guide2023.ts';

export { v5Reasons as reasons } from '../v5/reasons.ts';

/**
 * The client of atomgit.com in the generation that `flavour` names: `2023` (the guide of that year,
 * and the default) or `v5`.
 *
 * @throws ForgebridgeError `Misconfigured` for any other flavour.
 */
export function create(context: ProviderContext): Provider {
  const { flavour = '2023' } = context.settings;
  if (flavour === '2023') return guide2023(context);
  if (flavour === 'v5') {
    const { rest: _, ...provider } = v5Provider(context, { oneCommit: false, switches: 'modules' });
    return provider;
  }
  throw new ForgebridgeError('Misconfigured', {
    reason: 'unknown_flavour',
    remedy: 'Set the flavour to 2023 or v5. It is in infra/providers.yml.',
  });
}
