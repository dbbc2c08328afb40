import { scheduled } from '../lib/runtime/scheduled.ts';
import { vault } from '../lib/runtime/vault.ts';
import { careForIdle } from '../lib/vault/vault.ts';

/** On a schedule: keeps unused connections alive, finishes revocations, marks what has ended. */
export const handler = scheduled((invocation) => careForIdle(vault(invocation), invocation));
