import * as z from 'zod/mini';
import type { AwsRequest } from './policies.ts';
import { tableRequest } from './table-requests.ts';
import { account, region, secretArn } from './template.ts';

/** One call as it came over the wire: `DynamoDB_20120810.GetItem` and its input. */
export interface AwsCall {
  readonly target: string;
  readonly input: unknown;
}

/** What a policy is asked about a call: its action, its resource, and the condition keys it has. */
export function requestOf({ target, input }: AwsCall): AwsRequest {
  const [service = '', operation = ''] = target.split('.');
  switch (service) {
    case 'DynamoDB_20120810':
      return tableRequest(operation, input);
    case 'secretsmanager':
      return request(`secretsmanager:${operation}`, secretArn(secretInput.parse(input).SecretId));
    case 'AWSStepFunctions':
      return request(`states:${operation}`, machineInput.parse(input).stateMachineArn);
    case 'AWSEvents':
      return eventsRequest(operation, input);
    default:
      return request(target, '*');
  }
}

function request(action: string, resource: string, context: AwsRequest['context'] = {}) {
  return { action, resource, context };
}

const secretInput = z.looseObject({ SecretId: z._default(z.string(), '') });
const machineInput = z.looseObject({ stateMachineArn: z._default(z.string(), '*') });

const eventsInput = z.looseObject({
  Entries: z._default(
    z.array(z.looseObject({ EventBusName: z._default(z.string(), 'default'), Source: z.string() })),
    [],
  ),
});

function eventsRequest(operation: string, input: unknown): AwsRequest {
  const { Entries } = eventsInput.parse(input);
  const [bus = 'none', ...others] = [...new Set(Entries.map(({ EventBusName }) => EventBusName))];
  // AWS asks for each bus by itself; events of ours are put one at a time.
  const name = others.length === 0 ? bus : 'several';
  const sources = Entries.map(({ Source }) => Source);
  return request(
    `events:${operation}`,
    `arn:aws:events:${region}:${account}:event-bus/${name}`,
    sources.length === 0 ? {} : { 'events:source': sources },
  );
}
