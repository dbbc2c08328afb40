import { expect } from 'vitest';
import type { Deployment } from './deployment.ts';
import { type Person, person } from './person.ts';

/** What the parts of the test share: one deployment, and people who use it. */
export interface Context {
  deployment(): Deployment;
  someone(subject: string): Person;
  /** Signs somebody in, and connects their account; the id of the connection. */
  connected(who: Person, provider: string): Promise<string>;
}

export function context(deployment: () => Deployment, apiKey: () => string): Context {
  return {
    deployment,
    someone: (subject) => person(deployment().publicUrl, apiKey(), subject),
    async connected(who, provider) {
      const page = await who.connect(await who.signIn(), provider);
      expect(page.status, page.html).toBe(200);
      const { body } = await who.api('GET', '/connections');
      const made = body.items.filter((each: { provider: string }) => each.provider === provider);
      expect(made).toMatchObject([{ status: 'active', account: { login: 'sandbox-user' } }]);
      return made[0].id;
    },
  };
}
