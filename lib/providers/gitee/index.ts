import { isForgebridgeError } from '../../errors.ts';
import type { Provider, ProviderContext } from '../provider.ts';
import { v5Provider } from '../v5/index.ts';
import { repositoryPath } from '../v5/reading.ts';

export { v5Reasons as reasons } from '../v5/reasons.ts';

/**
 * The client of gitee.com (https://gitee.com/api/v5/swagger): the v5 dialect, several files in one
 * commit, and Gitee Go, the host's own CI, which can be turned on and not off.
 */
export function create(context: ProviderContext): Provider {
  const { rest, ...base } = v5Provider(context, { oneCommit: true, switches: 'settings' });
  const { creation } = base;
  return {
    ...base,
    creation: {
      ...creation,
      rules: { ...creation.rules, settings: [...creation.rules.settings, 'ci'], onlyOn: ['ci'] },
      async configure(access, repository, settings) {
        if (settings.ci === false) throw rest.because('ci_cannot_be_turned_off');
        const configured = await creation.configure(access, repository, settings);
        if (settings.ci === true) {
          const path = repositoryPath(repository.fullName, 'open');
          const call = { method: 'POST', path, token: access.token, unspecified: true } as const;
          await rest(call).catch(unlessOpen);
        }
        return configured;
      },
    },
  };
}

/** A second call, after a lost reply, finds it turned on already. */
function unlessOpen(error: unknown): void {
  if (isForgebridgeError(error) && error.details.reason === 'conflict') return;
  throw error;
}
