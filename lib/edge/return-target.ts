import { config } from '../aws/configuration.ts';
import { ForgebridgeError } from '../errors.ts';

/**
 * Where a browser may be sent after a session or a connect: a path of this deployment, or a URL on
 * one of the configured origins. Anything a browser could read in another way is refused.
 *
 * @returns an absolute URL in ASCII, as a header can carry it.
 * @throws ForgebridgeError `InvalidInput` naming `field`.
 */
export function returnTarget(value: string | undefined, field = 'returnTo'): string {
  const { publicUrl, returnOrigins } = config();
  if (value === undefined || value === '') return `${publicUrl}/`;
  const clean = !/[\\\s\p{Cc}@]|%0[ad]|%5c/iu.test(value);
  const absolute = /^\/(?!\/)/.test(value) ? publicUrl + value : value;
  const url = clean && /^https?:\/\//.test(absolute) ? URL.parse(absolute) : null;
  if (url === null || ![publicUrl, ...returnOrigins].includes(url.origin)) {
    throw new ForgebridgeError('InvalidInput', {
      fields: [{ field, problem: 'must be a path, or a URL on an allowed origin' }],
    });
  }
  return url.href;
}
