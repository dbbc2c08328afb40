import { called, type RouteDescription } from '../description.ts';
import {
  failedOperation,
  refusedOperation,
  runningOperation,
  succeededOperation,
} from '../examples.ts';
import { getOperation as request } from '../requests/getOperation.ts';
import { operation } from '../schemas/operation.ts';

export const getOperation: RouteDescription = {
  operationId: 'getOperation',
  function: 'getOperation',
  request,
  tag: 'operations',
  summary: 'One operation',
  description: 'Ask again after `Retry-After`, with the last `ETag` in `If-None-Match`.',
  parameters: {
    'If-None-Match': 'The `ETag` of the last reply (RFC 9110 section 13.1.2).',
  },
  replies: {
    200: {
      description: 'The operation as it stands.',
      headers: ['ETag', 'Retry-After while under way'],
      body: operation,
      examples: {
        running: runningOperation,
        succeeded: succeededOperation,
        failed: failedOperation,
        nameTaken: refusedOperation,
      },
    },
    304: {
      description: 'Nothing has changed since.',
      headers: ['ETag', 'Retry-After while under way'],
    },
  },
  codes: [...called, 'NotFound'],
};
