import { partitionOf } from '../lib/runtime/authenticate.ts';
import { backendEndpoint } from '../lib/runtime/endpoint.ts';
import { erasePartition } from '../lib/runtime/erase.ts';
import { json } from '../lib/runtime/reply.ts';
import { vault } from '../lib/runtime/vault.ts';
import { eraseConnections } from '../lib/vault/vault.ts';

/** DELETE /subjects/{subject}: everything about one subject, its tokens at the providers included. */
export const handler = backendEndpoint(
  'subjects:erase',
  async ({ request, invocation, caller }) => {
    const partition = partitionOf(request.parameters.subject, 'subject');
    const connections = await eraseConnections(vault(invocation), partition, {
      caller: caller.name,
      purpose: 'erase subject',
      timeLeft: invocation.timeLeft,
    });
    const records = await erasePartition(partition, invocation);
    return json(202, { connections, records });
  },
);
