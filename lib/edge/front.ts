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
 * @param digests - what is shown must have one of them, SHA-256 in hex; without any there is no front, and
 *   anybody may ask.
 * @throws ForgebridgeError `Forbidden`, `not_through_front`, before anything else is looked at.
 */
export function throughFront(request: HttpRequest, digests: readonly string[]): HttpRequest {
  if (digests.length === 0) return request;
  const shown = createHash('sha256')
    .update(request.header(proof) ?? '')
    .digest();
  // All are compared, each in the same time whatever was shown.
  const proved = digests
    .map((digest) => timingSafeEqual(Buffer.from(digest, 'hex'), shown))
    .includes(true);
  if (!proved) throw new ForgebridgeError('Forbidden', { reason: 'not_through_front' });
  const address = request.header(viewer) ?? '';
  return isIP(address) === 0 ? request : { ...request, address };
}
