import { describe, expect, test } from 'vitest';
import { creationCampaign, promises } from '../../simulation/creation/campaign.ts';
import { creationGuardNames, creationGuards } from '../../simulation/creation/guards.ts';
import { styles } from '../../simulation/creation/host.ts';
import { creationScenarios } from '../../simulation/creation/scenarios.ts';
import { edited } from '../../simulation/removal.ts';

/** `npm run simulate` and the slow suite run 2,000. */
const trials = 8;

describe.each(creationScenarios)('%s', (scenario) => {
  test.each(styles)(
    'C41 given a host that %s, when operations run, then each repository is made once, has an owner who tells of it, and nothing says more than is so',
    async (style) => {
      const count = await creationCampaign(scenario, style, trials);
      expect(count.broken).toEqual([]);
      expect(Object.fromEntries(promises.map((name) => [name, count[name]]))).toEqual(
        Object.fromEntries(promises.map((name) => [name, 0])),
      );
      expect(count.trials).toBe(trials);
    },
  );
});

test('given each guard of docs/create.md, when its code is looked for, then it is there once', () => {
  for (const guard of creationGuardNames) {
    for (const edit of creationGuards[guard].edits) {
      expect(edited(edit), guard).not.toBe('');
    }
  }
});
