import { createHash, timingSafeEqual } from 'node:crypto';
import { isIP } from 'node:net';
import { ForgebridgeError } from '../errors.ts';
import type { HttpRequest } from './request.ts';

/** The front proves itself with this header, and says in the other whom it speaks for (docs/front.md). */
const proof = 'forgebridge-front';
const viewer = 'forgebridge-viewer';

/**
 * The request as whoever stands in front of the API passed it on: CloudFront, with a firewall. Where a
 * front is set, nobody else may ask, and the address is the one that the front saw.
 *
 * @param secrets - one of them must be shown; without any there is no front, and anybody may ask.
 * @throws ForgebridgeError `Forbidden`, `not_through_front`, before anything else is looked at.
 */
export function throughFront(request: HttpRequest, secrets: readonly string[]): HttpRequest {
  if (secrets.length === 0) return request;
  const shown = digestOf(request.header(proof) ?? '');
  // All are compared, each in the same time whatever was shown.
  const proved = secrets.map((secret) => timingSafeEqual(digestOf(secret), shown)).includes(true);
  if (!proved) throw new ForgebridgeError('Forbidden', { reason: 'not_through_front' });
  const address = request.header(viewer) ?? '';
  return isIP(address) === 0 ? request : { ...request, address };
}

function digestOf(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}
