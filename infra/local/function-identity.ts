import { accessKeyOf } from './credentials.ts';

interface Serverless {
  readonly service: {
    readonly functions: Record<string, { environment?: Record<string, unknown> }>;
  };
}

/**
 * A plugin of the Serverless Framework for `serverless offline`: each function gets an access key of
 * its own, as its role would give it one on AWS.
 */
export default class FunctionIdentity {
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
      },
    };
  }
}
