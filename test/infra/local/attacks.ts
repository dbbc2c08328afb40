import { type OutgoingHttpHeaders, request } from 'node:http';
import { text } from 'node:stream/consumers';
import { operator } from '../../../infra/local/credentials.ts';
import { functionName, keyTableName, secretPrefix } from '../../../infra/local/template.ts';

/** One request to a port of this machine, with any headers. */
export interface Attack {
  readonly method: string;
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string;
}

const asOperator = {
  authorization: `AWS4-HMAC-SHA256 Credential=${operator.accessKeyId}/20260101/us-east-1/x/aws4_request, SignedHeaders=host, Signature=x`,
};

/** A call of the AWS JSON protocol by whom nothing is refused. */
function aws(target: string, input: unknown): Attack {
  return {
    method: 'POST',
    path: '/',
    headers: {
      ...asOperator,
      'x-amz-target': target,
      'x-amz-date': '20260101T000000Z',
      'content-type': 'application/x-amz-json-1.0',
    },
    body: JSON.stringify(input),
  };
}

const get = (path: string): Attack => ({ method: 'GET', path, headers: {} });

/** What is worth having or doing at each part; whatever is missing here is a page to be read. */
const worthwhile: Readonly<Record<string, (apiKey: string) => readonly Attack[]>> = {
  gateway: (apiKey) => [
    {
      method: 'GET',
      path: '/connections',
      headers: { authorization: `Bearer ${apiKey}`, 'forgebridge-subject': 'visitor' },
    },
    get('/health'),
  ],
  product: () => [
    {
      method: 'POST',
      path: '/login',
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
      body: 'user=victim&request=x',
    },
  ],
  control: () => [
    get('/state'),
    get('/providers'),
    {
      method: 'POST',
      path: '/reset',
      headers: {},
    },
  ],
  database: () => [
    aws('DynamoDB_20120810.Scan', { TableName: keyTableName }),
    aws('DynamoDB_20120810.PutItem', {
      TableName: keyTableName,
      Item: { pk: { S: 'APIKEY#planted' }, sk: { S: 'APIKEY' } },
    }),
  ],
  secrets: () => [
    aws('secretsmanager.GetSecretValue', { SecretId: `${secretPrefix}/keys/open` }),
    aws('secretsmanager.ListSecrets', {}),
  ],
  workflows: () => [aws('AWSStepFunctions.ListExecutions', { stateMachineArn: 'x' })],
  events: () => [aws('AWSEvents.PutEvents', { Entries: [] })],
  lambda: () => [
    {
      method: 'POST',
      path: `/2015-03-31/functions/${functionName('health')}/invocations`,
      headers: {},
      body: '{}',
    },
  ],
};

/** What a page of somewhere else would ask that part of the stack for. */
export function attacksOn(part: string, apiKey: string): readonly Attack[] {
  return worthwhile[part]?.(apiKey) ?? [get('/')];
}

export interface Answer {
  readonly status: number;
  readonly headers: readonly string[];
  readonly body: string;
}

/** Sends it with these headers added, `Host` among them as given. */
export async function attack(
  port: number,
  { method, path, headers, body }: Attack,
  added: OutgoingHttpHeaders,
): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const sent = request(
      {
        host: 'localhost',
        port,
        method,
        path,
        headers: { ...headers, 'content-length': Buffer.byteLength(body ?? ''), ...added },
      },
      (response) =>
        text(response).then((read) => {
          const { statusCode = 0, headers: received } = response;
          resolve({ status: statusCode, headers: Object.keys(received), body: read });
        }, reject),
    );
    sent.on('error', reject);
    sent.end(body);
  });
}
