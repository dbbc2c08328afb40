import * as z from 'zod/mini';
import { strategies } from '../../providers/creation.ts';
import { connectionId, operationId, providerId } from '../formats.ts';
import { errorCodes, invalidFields } from './problem.ts';
import { cloneUrls } from './repository.ts';
import { named, openWord, pageOf, type Sent, says, time } from './words.ts';

const step = named(
  'Step',
  z.strictObject({
    name: openWord(
      [
        'generateFromTemplate',
        'forkRepo',
        'createEmptyRepo',
        'pollImportStatus',
        'configureRepo',
        'commitFiles',
        'finishOperation',
      ],
      'The step of the workflow.',
    ),
    state: openWord(['running', 'succeeded', 'failed'], 'How it stands.'),
    startedAt: time(),
    endedAt: z.exactOptional(time()),
  }),
);

const fullName = z.string();
const handle = { id: z.string(), fullName, webUrl: z.url() };

const result = named(
  'OperationResult',
  z.strictObject({ ...handle, cloneUrls, defaultBranch: z.string() }),
  'The repository; only of a succeeded operation.',
);

const leftBehind = named(
  'RepositoryHandle',
  z.strictObject(handle),
  'What a failed or cancelled operation created and did not delete.',
);

const error = named(
  'OperationError',
  z.strictObject({
    code: openWord(errorCodes, 'Why.'),
    step: says('The step that failed.', z.string()),
    reason: z.exactOptional(z.string()),
    remedy: z.string(),
    fields: z.exactOptional(invalidFields),
    reconnectUrl: z.exactOptional(z.url()),
    installUrl: z.exactOptional(z.url()),
    suggestions: z.exactOptional(z.array(z.string())),
  }),
  'Only of a failed or cancelled operation. The members mean what they mean in `Problem`.',
);

const waiting = says(
  'It is kept from its work, by a limit of the host or by trouble, and goes on by itself.',
  z.strictObject({ code: openWord(errorCodes, 'By what.'), until: time() }),
);

export const operation = named(
  'Operation',
  z.strictObject({
    id: says('Opaque.', operationId),
    status: openWord(
      ['pending', 'running', 'succeeded', 'failed', 'cancelled'],
      'The last three are ends.',
    ),
    version: says('Grows with every change.', z.int().check(z.gte(1))),
    provider: providerId,
    connection: connectionId,
    strategy: openWord(strategies, 'From a template repository, as a fork of one, or without one.'),
    fullName: says(
      'The repository asked for, as the provider spells it once it was asked.',
      fullName,
    ),
    progress: says('100 means succeeded.', z.int().check(z.gte(0), z.lte(100))),
    steps: z.array(step),
    result: z.exactOptional(result),
    error: z.exactOptional(error),
    leftBehind: z.exactOptional(leftBehind),
    waiting: z.exactOptional(waiting),
    cancelRequested: says('It was asked to stop and will at its next step.', z.boolean()),
    labels: says(
      "Kept with the operation and given back; for the caller's own use.",
      z.record(z.string(), z.string()),
    ),
    createdAt: time(),
    deadline: time(),
  }),
);
export type Operation = Sent<typeof operation>;

export const operationPage = pageOf('OperationPage', operation);
export type OperationPage = Sent<typeof operationPage>;
