import { ForgebridgeError } from '../errors.ts';

/** Refusals that waiting does not mend: the deployment lacks a permission or a resource. */
const lacking = [
  'AccessDeniedException',
  'ResourceNotFoundException',
  'StateMachineDoesNotExist',
  'UnrecognizedClientException',
];
const mistaken = ['ValidationException', 'SerializationException'];

/**
 * Waits for a request to an AWS service; what goes wrong there is said in our codes.
 *
 * @throws ForgebridgeError `ProviderUnavailable` (`{service}_unavailable`) when trying again can
 * help, `Misconfigured` (`{service}_refused`) when the operator must act, `InternalError` when we
 * asked wrongly.
 */
export async function reached<T>(service: string, request: Promise<T>): Promise<T> {
  try {
    return await request;
  } catch (error) {
    const name = error instanceof Error ? error.name : '';
    if (mistaken.includes(name)) throw new ForgebridgeError('InternalError', {}, error);
    if (lacking.includes(name)) {
      throw new ForgebridgeError('Misconfigured', { reason: `${service}_refused` }, error);
    }
    const details = { reason: `${service}_unavailable`, retryAfter: 2 };
    throw new ForgebridgeError('ProviderUnavailable', details, error);
  }
}
