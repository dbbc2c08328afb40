import { called, type RouteDescription, withBody } from '../description.ts';
import { pendingOperation } from '../examples.ts';
import { createRepository as request } from '../requests/createRepository.ts';
import { operation } from '../schemas/operation.ts';

export const createRepository: RouteDescription = {
  operationId: 'createRepository',
  function: 'createRepository',
  request,
  tag: 'operations',
  summary: 'Create a repository',
  description:
    "Checks all that can be checked without asking the provider, then answers at once; the operation goes on and has succeeded only when the repository has its contents. What only the provider can tell (a template that cannot be read, a name that is taken, an app that is not installed) is the operation's `error`; nothing is created then. The same `Idempotency-Key` with the same body always means the same operation.",
  parameters: {
    'Idempotency-Key':
      'Chosen by the client, one per repository it wants (a random UUID, say). Sent again with the same body it means the same operation.',
  },
  body: {
    words: {
      template: 'Full name of the template repository; missing means a repository without one.',
      strategy:
        'How the repository comes to be. `auto`: what the provider offers for a template; without a template, `create`.',
      namespace: "Path of the user or organisation; missing means the account's own.",
      includeAllBranches: 'Take all branches of the template, not only its default branch.',
      'settings.homepage': 'An http or https address.',
      'settings.detachFork': 'Cut the tie between a fork and its template.',
      ci: "Turn the provider's own CI on or off.",
      files: 'Added to the contents in one commit where the provider can; 256 KiB in all.',
      'files[]|0.path': 'Relative, with forward slashes, outside `.git`.',
      'files[]|0.text': 'Placeholders in it are filled.',
      'files[]|1.path': 'Relative, with forward slashes, outside `.git`.',
      'files[]|1.base64': 'Bytes; put in as they are.',
      variables:
        'Values for `{{placeholders}}` in text files, beside `name`, `owner` and `description`, which come from the request itself. An unknown placeholder is refused; `{{{{` stands for `{{`, and `${{ … }}` stays as it is.',
      labels: "Handed back with the operation and its event; for the caller's own use.",
      onFailure: 'What becomes of a repository that this operation created, when it fails.',
      deadlineMinutes: 'Until an unfinished import is given up.',
    },
    names: {
      strategy: 'RequestedStrategy',
      visibility: 'Visibility',
      'files[]': 'SeedFile',
      'files[]|0': 'TextFile',
      'files[]|1': 'BinaryFile',
      onFailure: 'OnFailure',
    },
    examples: {
      fromTemplate: {
        connection: 'v3kQ0ZtYw8sXn1LhB5mJdA',
        template: 'example-org/starter',
        namespace: 'example-org',
        name: 'my-service',
        description: 'Answers requests',
        visibility: 'private',
        settings: {
          hasWiki: false,
        },
        files: [
          {
            path: 'deploy/service.yml',
            text: 'name: {{name}}\nteam: {{team}}\n',
          },
        ],
        variables: {
          team: 'platform',
        },
        labels: {
          order: '4711',
        },
      },
      empty: {
        connection: 'v3kQ0ZtYw8sXn1LhB5mJdA',
        name: 'notes',
      },
    },
  },
  replies: {
    202: {
      description: 'Accepted, now or by an earlier request with this key.',
      headers: ['Location', 'Retry-After'],
      body: operation,
      examples: { accepted: pendingOperation },
    },
  },
  codes: [
    ...called,
    ...withBody,
    'NotFound',
    'AlreadyExists',
    'ReconnectRequired',
    'Unsupported',
    'IdempotencyMismatch',
  ],
};
