import type { Connection } from './schemas/connection.ts';
import type { Operation } from './schemas/operation.ts';
import type { RepositoryPage } from './schemas/repository.ts';

const at = (time: string) => `2026-03-02T${time}.000Z`;

export const activeConnection: Connection = {
  id: 'v3kQ0ZtYw8sXn1LhB5mJdA',
  provider: 'acme-git',
  account: { id: '1000001', login: 'example-user' },
  status: 'active',
  scopes: ['repo', 'workflow'],
  generation: 3,
  connectedAt: '2026-02-01T08:00:00.000Z',
  updatedAt: at('09:30:00'),
  expiresAt: at('17:30:00'),
};

export const brokenConnection: Connection = {
  id: 'Rm2dT7hKq4bN0xYcVw9eLA',
  provider: 'acme-git',
  account: { id: '1000002', login: 'another-user' },
  status: 'reconnect_required',
  reason: 'invalid_grant',
  generation: 12,
  connectedAt: '2026-02-01T08:00:00.000Z',
  updatedAt: at('09:30:00'),
};

const generated = {
  id: 'mX4yB1nQ8wKzT6rVhJ0sPAc2Yb7LuD5eGi9oNf3xMqRk',
  provider: 'acme-git',
  connection: activeConnection.id,
  strategy: 'generate',
  fullName: 'example-org/my-service',
  cancelRequested: false,
  labels: { order: '4711' },
  createdAt: at('09:30:00'),
  deadline: at('10:00:00'),
} as const;

const forked = {
  ...generated,
  id: 'mX4yB1nQ8wKzT6rVhJ0sPApD9uE3kWc5aMf2gZoH7tSw',
  strategy: 'fork',
  labels: {},
} as const;

const ended = (name: Operation['steps'][number]['name'], from: string, to: string) =>
  ({ name, state: 'succeeded', startedAt: at(from), endedAt: at(to) }) as const;

export const pendingOperation: Operation = {
  ...generated,
  status: 'pending',
  version: 1,
  progress: 0,
  steps: [],
};

export const runningOperation: Operation = {
  ...generated,
  status: 'running',
  version: 4,
  progress: 40,
  steps: [
    ended('generateFromTemplate', '09:30:01', '09:30:02'),
    { name: 'pollImportStatus', state: 'running', startedAt: at('09:30:02') },
  ],
};

export const succeededOperation: Operation = {
  ...generated,
  status: 'succeeded',
  version: 11,
  progress: 100,
  steps: [
    ended('generateFromTemplate', '09:30:01', '09:30:02'),
    ended('pollImportStatus', '09:30:02', '09:30:07'),
    ended('configureRepo', '09:30:07', '09:30:08'),
    ended('commitFiles', '09:30:08', '09:30:09'),
  ],
  result: {
    id: '4000004',
    fullName: generated.fullName,
    webUrl: `https://git.example.com/${generated.fullName}`,
    cloneUrls: {
      https: `https://git.example.com/${generated.fullName}.git`,
      ssh: `git@git.example.com:${generated.fullName}.git`,
    },
    defaultBranch: 'main',
  },
};

const leftBehind = {
  id: '4000005',
  fullName: forked.fullName,
  webUrl: `https://git.example.com/${forked.fullName}`,
};

export const failedOperation: Operation = {
  ...forked,
  status: 'failed',
  version: 7,
  progress: 40,
  steps: [
    ended('forkRepo', '09:30:01', '09:30:02'),
    {
      name: 'pollImportStatus',
      state: 'failed',
      startedAt: at('09:30:02'),
      endedAt: at('09:31:02'),
    },
  ],
  error: {
    code: 'ImportFailed',
    step: 'pollImportStatus',
    reason: 'The source repository could not be read',
    remedy: 'Have the template checked, then try again under another name.',
  },
  leftBehind,
};

export const refusedOperation: Operation = {
  ...generated,
  status: 'failed',
  version: 4,
  progress: 0,
  steps: [
    {
      name: 'generateFromTemplate',
      state: 'failed',
      startedAt: at('09:30:01'),
      endedAt: at('09:30:02'),
    },
  ],
  error: {
    code: 'AlreadyExists',
    step: 'generateFromTemplate',
    reason: 'name_taken',
    suggestions: ['my-service-1', 'my-service-2'],
    remedy: 'A repository of this name exists already. Choose another name.',
  },
};

export const stoppingOperation: Operation = {
  ...forked,
  status: 'running',
  version: 5,
  progress: 40,
  cancelRequested: true,
  steps: [ended('forkRepo', '09:30:01', '09:30:02')],
};

export const cancelledOperation: Operation = {
  ...stoppingOperation,
  status: 'cancelled',
  version: 6,
  error: {
    code: 'Cancelled',
    step: 'pollImportStatus',
    remedy: 'This operation was cancelled. Start another one with a new Idempotency-Key.',
  },
  leftBehind,
};

export const repository: RepositoryPage['items'][number] = {
  id: '4000004',
  owner: 'example-org',
  name: 'my-service',
  fullName: 'example-org/my-service',
  description: 'Answers requests',
  visibility: 'private',
  webUrl: 'https://git.example.com/example-org/my-service',
  cloneUrls: {
    https: 'https://git.example.com/example-org/my-service.git',
    ssh: 'git@git.example.com:example-org/my-service.git',
  },
  defaultBranch: 'main',
  parent: 'example-org/starter',
  createdAt: '2026-03-02T09:30:04.000Z',
};
