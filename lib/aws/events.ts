import { EventBridgeClient, PutEventsCommand } from '@aws-sdk/client-eventbridge';
import { ForgebridgeError } from '../errors.ts';
import { reached } from '../storage/aws-failure.ts';
import { config } from './configuration.ts';
import { requestLimits } from './request-limits.ts';

let client: EventBridgeClient | undefined;

/** Something that other systems may want to hear of; docs/events.md has each type's schema. */
export interface PublishedEvent {
  readonly type: string;
}

/**
 * Puts an event on the deployment's bus, from source `forgebridge`. Without a bus it goes nowhere.
 *
 * @throws ForgebridgeError `ProviderUnavailable` when the bus did not take it.
 */
export async function publish<Event extends PublishedEvent>(event: Event): Promise<void> {
  const { type, ...detail } = event;
  const { eventBus } = config();
  if (eventBus === undefined) return;
  client ??= new EventBridgeClient({ requestHandler: requestLimits, maxAttempts: 3 });
  const entry = {
    EventBusName: eventBus,
    Source: 'forgebridge',
    DetailType: type,
    Detail: JSON.stringify(detail),
  };
  const answer = await reached('events', client.send(new PutEventsCommand({ Entries: [entry] })));
  if (answer.FailedEntryCount !== 0) {
    throw new ForgebridgeError('ProviderUnavailable', { reason: 'events_unavailable' });
  }
}
