import { called, type RouteDescription } from '../description.ts';
import { cancelledOperation, stoppingOperation } from '../examples.ts';
import { cancelOperation as request } from '../requests/cancelOperation.ts';
import { operation } from '../schemas/operation.ts';

export const cancelOperation: RouteDescription = {
  operationId: 'cancelOperation',
  function: 'cancelOperation',
  request,
  tag: 'operations',
  summary: 'Stop at the next step',
  description:
    'The operation ends as `cancelled` at its next step, so ask for it until it has. What exists at the provider by then is kept or deleted as `onFailure` says. One that has ended stays as it is.',
  replies: {
    202: {
      description: 'The operation as it stands now.',
      body: operation,
      examples: { underWay: stoppingOperation, ended: cancelledOperation },
    },
  },
  codes: [...called, 'NotFound'],
};
