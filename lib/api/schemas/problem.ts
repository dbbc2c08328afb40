import * as z from 'zod/mini';
import { type ErrorCode, errorTable } from '../../errors.ts';
import { named, openWord, type Sent, says } from './words.ts';

export const errorCodes = Object.keys(errorTable) as readonly ErrorCode[]; // the keys of a literal

export const invalidFields = z.array(
  named(
    'InvalidField',
    z.strictObject({
      field: says('Dotted path in the body, or the name of a parameter or header.', z.string()),
      problem: z.string(),
    }),
  ),
);

export const problem = named(
  'Problem',
  z.strictObject({
    type: says(
      'A name for the kind of problem, `urn:forgebridge:problem:` and the code.',
      z.string(),
    ),
    title: says('One fixed sentence for each code.', z.string()),
    status: z.int().check(z.gte(400), z.lte(599)),
    code: openWord(errorCodes, 'What to match.'),
    requestId: says("Finds the request in the deployment's logs.", z.string()),
    reason: z.exactOptional(
      says("Why, in one word; ours in snake_case or the provider's own.", z.string()),
    ),
    remedy: z.exactOptional(says('What the reader can do now.', z.string())),
    fields: z.exactOptional(says('What is not valid in the request.', invalidFields)),
    reconnectUrl: z.exactOptional(says('Where the user connects again.', z.url())),
    installUrl: z.exactOptional(says('Where the app is installed.', z.url())),
    suggestions: z.exactOptional(says('Names that are free.', z.array(z.string()))),
    retryAfter: z.exactOptional(says('Seconds, as in `Retry-After`.', z.number().check(z.gte(0)))),
  }),
  'RFC 9457.',
);
export type Problem = Sent<typeof problem>;

/** What API Gateway answers when it refuses a request itself, or a function gave no answer. */
export const throttleMessage = named('ThrottleMessage', z.strictObject({ message: z.string() }));

export const refusal = named('Refusal', z.union([problem, throttleMessage]));
