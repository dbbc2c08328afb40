import { createServer, type IncomingHttpHeaders } from 'node:http';
import { text } from 'node:stream/consumers';
import * as z from 'zod/mini';
import { operator } from '../../infra/local/credentials.ts';
import { listen, type Service } from '../../infra/local/listen.ts';

/** One call of an AWS service, as it stood on the wire. */
export interface MeteredCall {
  /** `GetItem`, `GetSecretValue`, `PutEvents`, … */
  readonly operation: string;
  /** DynamoDB: the capacity units that are charged, indexes included. */
  readonly units: number;
}

type Item = Readonly<Record<string, unknown>>;
type Send = (operation: string, body: object) => Promise<{ status: number; text: string }>;

const itemSchema = z.record(z.string(), z.unknown());
const requestSchema = z.looseObject({
  TableName: z.optional(z.string()),
  Key: z.optional(itemSchema),
  Item: z.optional(itemSchema),
});
const consumedSchema = z.object({ ConsumedCapacity: z.object({ CapacityUnits: z.number() }) });
const foundSchema = z.object({ Item: z.optional(itemSchema) });

/** Operations that write one record. */
const writing = ['PutItem', 'UpdateItem', 'DeleteItem'];

/** Stands before an AWS service, passes every call on, and counts it. */
export async function meter(target: string): Promise<Service & { readonly calls: MeteredCall[] }> {
  const calls: MeteredCall[] = [];
  const server = createServer(async (request, response) => {
    const [service = '', operation = ''] = String(request.headers['x-amz-target']).split('.');
    const { authorization = '' } = request.headers;
    const send = sender(target, service, request.headers);
    // What a function may not read itself is looked at for it.
    const own = `Credential=${operator.accessKeyId}/`;
    const look = sender(target, service, {
      ...request.headers,
      authorization: authorization.replace(/Credential=[^/]+\//, own),
    });
    const body = z.record(z.string(), z.unknown()).parse(JSON.parse(await text(request)));
    const answer = service.startsWith('DynamoDB')
      ? await sendToTable(send, look, operation, body)
      : { ...(await send(operation, body)), units: 0 };
    calls.push({ operation, units: answer.units });
    const type = String(request.headers['content-type']);
    response.writeHead(answer.status, { 'content-type': type }).end(answer.text);
  });
  return { ...(await listen(server, 0)), calls };
}

function sender(target: string, service: string, given: IncomingHttpHeaders): Send {
  return async (operation, body) => {
    const answer = await fetch(target, {
      method: 'POST',
      headers: {
        'content-type': String(given['content-type']),
        authorization: String(given.authorization),
        'x-amz-date': String(given['x-amz-date']),
        'x-amz-target': `${service}.${operation}`,
      },
      body: JSON.stringify(body),
    });
    return { status: answer.status, text: await answer.text() };
  };
}

/** The stand-in says what the table is charged, but not its indexes: that follows from the record. */
async function sendToTable(send: Send, look: Send, operation: string, body: Item) {
  const { TableName, Key, Item } = requestSchema.parse(body);
  const { pk, sk } = Key ?? Item ?? {};
  const record = async () => {
    if (!writing.includes(operation)) return {};
    const found = await look('GetItem', { TableName, Key: { pk, sk }, ConsistentRead: true });
    return foundSchema.parse(JSON.parse(found.text)).Item ?? {};
  };
  const before = await record();
  const answer = await send(operation, { ...body, ReturnConsumedCapacity: 'TOTAL' });
  const consumed = consumedSchema.safeParse(JSON.parse(answer.text));
  // A condition that is not met is charged like the write. Elsewhere a refusal costs nothing.
  const refused = answer.text.includes('ConditionalCheckFailed') ? 1 : 0;
  const units = consumed.success ? consumed.data.ConsumedCapacity.CapacityUnits : refused;
  const indexes = consumed.success ? indexUnits(before, await record(), units) : 0;
  return { ...answer, units: units + indexes };
}

/**
 * What a write costs in the indexes of infra/cloudformation/table.yml. `byTime` holds the whole record; `due` only
 * keys, below one unit, and an entry whose key changes is deleted and written anew. Source: DynamoDB
 * Developer Guide, "Write capacity" of global and of local secondary indexes.
 */
function indexUnits(before: Item, after: Item, units: number): number {
  const inByTime = [before, after].some(({ createdAt }) => createdAt !== undefined);
  const [old, new_] = [before, after].map(({ dueShard, dueAt }) =>
    dueShard === undefined || dueAt === undefined ? undefined : JSON.stringify([dueShard, dueAt]),
  );
  const due = old === new_ ? 0 : [old, new_].filter((key) => key !== undefined).length;
  return (inByTime ? units : 0) + due;
}
