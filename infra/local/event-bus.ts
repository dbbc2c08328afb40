import { randomUUID } from 'node:crypto';
import * as z from 'zod/mini';
import { type Guard, type Operation, readInput, serveAwsJson } from './aws-json.ts';
import type { Service } from './listen.ts';

const putInput = z.object({
  Entries: z.array(
    z.object({
      EventBusName: z.optional(z.string()),
      Source: z.string(),
      DetailType: z.string(),
      Detail: z.string(),
    }),
  ),
});
export type BusEvent = z.output<typeof putInput>['Entries'][number];

/** EventBridge's wire protocol, as far as events are put on a bus; nobody else listens here. */
export function serveEventBus(
  port: number,
  take: (event: BusEvent) => void,
  guard?: Guard,
): Promise<Service> {
  const operations: Record<string, Operation> = {
    PutEvents(input) {
      const { Entries } = readInput(putInput, input);
      for (const entry of Entries) take(entry);
      return { FailedEntryCount: 0, Entries: Entries.map(() => ({ EventId: randomUUID() })) };
    },
  };
  return serveAwsJson(port, operations, guard);
}
