import { createHash } from 'node:crypto';
import * as z from 'zod/mini';
import { ForgebridgeError } from '../errors.ts';
import type { Key, Table } from '../storage/table.ts';
import { codeChallenge, randomState, randomVerifier } from './pkce.ts';

/** Seconds between the click on "connect" and the return from the provider. */
const flowLife = 600;

/** One authorization under way: from `startConnect` to the provider's callback. */
export interface Flow {
  readonly partition: string;
  /** Hash of the session cookie of the browser that began. */
  readonly sessionId: string;
  readonly provider: string;
  readonly redirectUri: string;
  /** Absolute URL, already checked. */
  readonly returnTo: string;
  /** The connection that is to be renewed; the same account must answer. */
  readonly connection?: string;
}

const schema = z.object({
  v: z.literal(1),
  redirectUri: z.string(),
  returnTo: z.string(),
  verifier: z.string(),
  connection: z.exactOptional(z.string()),
});

function flowKey(partition: string, state: string): Key {
  return { pk: partition, sk: `FLOW#${createHash('sha256').update(state).digest('base64url')}` };
}

/**
 * Records the flow, one record each, so that two tabs do not disturb each other.
 *
 * @returns what the authorization request carries: the state (128 bits or more) and the S256 of a
 * verifier that never leaves the table until the code is redeemed (RFC 7636).
 */
export async function beginFlow(
  table: Table,
  flow: Flow,
  now: number,
): Promise<{ state: string; codeChallenge: string }> {
  const state = randomState();
  const verifier = randomVerifier();
  const expiresAt = now + flowLife * 1000;
  const { partition, ...kept } = flow;
  await table.put({
    ...flowKey(partition, state),
    v: 1,
    ...kept,
    verifier,
    expiresAt,
    ttl: Math.ceil(expiresAt / 1000),
  });
  return { state, codeChallenge: codeChallenge(verifier) };
}

/**
 * Ends the flow that `state` names. It must be this browser's and this provider's, and not 600 s old.
 *
 * @throws ForgebridgeError `StateMismatch` otherwise.
 */
export async function endFlow(
  table: Table,
  proof: Pick<Flow, 'partition' | 'sessionId' | 'provider'> & { state: string; now: number },
): Promise<z.output<typeof schema>> {
  // One delete both checks and consumes: of any number of identical callbacks only one gets here
  // with a record. Age is checked by the expression, since TTL deletes hours late.
  const item = await table.delete(flowKey(proof.partition, proof.state), {
    expression: 'sessionId = :session AND provider = :provider AND expiresAt > :now',
    values: { ':session': proof.sessionId, ':provider': proof.provider, ':now': proof.now },
  });
  if (item === undefined) throw new ForgebridgeError('StateMismatch');
  return schema.parse(item);
}
