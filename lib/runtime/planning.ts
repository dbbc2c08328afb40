import type { Operations } from '../operations/operation.ts';
import type { Invocation } from './invocation.ts';
import { operations } from './operations.ts';

/** Repository creation for HTTP callers. */
export function planning(invocation: Invocation): Operations {
  return operations(invocation);
}
