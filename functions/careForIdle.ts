import { vault } from '../lib/compose/opening-vault.ts';
import { scheduled } from '../lib/edge/scheduled.ts';
import { careForIdle } from '../lib/vault/vault.ts';

/** On a schedule: keeps unused connections alive, finishes revocations, marks what has ended. */
export const handler = scheduled((invocation) => careForIdle(vault(invocation), invocation));
