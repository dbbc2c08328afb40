import type { FaultRule } from '../../infra/local/sandbox/faults.ts';
import type { HostId } from '../../infra/local/sandbox/registry.ts';
import { type ErrorDetails, isForgebridgeError } from '../../lib/errors.ts';
import {
  type Access,
  type Creation,
  capability,
  type Provider,
} from '../../lib/providers/provider.ts';
import type { Stage } from './stage.ts';

export interface Person {
  readonly client: Provider;
  readonly access: Access;
  readonly creation: Creation;
  /** What the host answers instead, however often it is asked. */
  answering(rule: Omit<FaultRule, 'provider'>): void;
}

/** Somebody who is signed in at the host. */
export async function person(stage: Stage, id: HostId): Promise<Person> {
  const { client, access } = await stage.signIn(id);
  return {
    client,
    access,
    creation: capability(client, 'creation'),
    answering: (rule) =>
      void stage.sandbox.fault({ action: 'status', count: 99, ...rule, provider: id }),
  };
}

/** Code and details of what the work is refused with. */
export async function refused(
  work: Promise<unknown> | undefined,
): Promise<{ code: string } & ErrorDetails> {
  const error = await work?.then(
    () => new Error('it succeeded'),
    (raised: unknown) => raised,
  );
  if (!isForgebridgeError(error)) throw error;
  return { code: error.code, ...error.details };
}
