import http from 'node:http';
import { accessKeyOf } from './credentials.ts';
import { forItsOwner } from './own-requests.ts';

interface Serverless {
  readonly service: {
    readonly functions: Record<string, { environment?: Record<string, unknown> }>;
  };
}

/**
 * A plugin of the Serverless Framework for `serverless offline`: each function gets an access key of
 * its own, as its role would give it one on AWS, and its servers answer this machine's owner only.
 */
export default class OnThisMachine {
  readonly hooks: Readonly<Record<string, () => void>>;

  constructor({ service }: Serverless) {
    this.hooks = {
      'before:offline:start': () => {
        for (const [key, definition] of Object.entries(service.functions)) {
          definition.environment = {
            ...definition.environment,
            AWS_ACCESS_KEY_ID: accessKeyOf(key),
          };
        }
        guardEachServer();
      },
    };
  }
}

/** serverless-offline makes its servers itself and adds CORS headers for whoever asks. */
function guardEachServer(): void {
  const { createServer } = http;
  Object.assign(http, {
    createServer: (...given: Parameters<typeof createServer>) =>
      forItsOwner(createServer(...given)),
  });
}
