import { called, type RouteDescription, withBody } from '../description.ts';
import { atomgitInstallationToken as request } from '../requests/atomgitInstallationToken.ts';
import { installationToken } from '../schemas/installation.ts';

export const atomgitInstallationToken: RouteDescription = {
  operationId: 'createInstallationToken',
  function: 'atomgitInstallationToken',
  request,
  tag: 'installations',
  summary: 'An installation token',
  description:
    'Made once and shared by all who ask for the same permissions and repositories. Without a body it has all that the installation has.',
  body: {
    words: {
      permissions: "Permission to level, in the provider's words.",
      repositories: 'Names without their owner.',
    },
    examples: {
      narrow: {
        permissions: {
          contents: 'read',
        },
        repositories: ['my-service'],
      },
    },
  },
  replies: {
    200: {
      description: 'Valid for a while yet. Keep it in memory, never in a log.',
      body: installationToken,
      examples: {
        token: {
          token: 'EXAMPLE',
          expiresAt: '2026-03-02T10:30:00.000Z',
          permissions: {
            contents: 'write',
          },
          repositorySelection: 'all',
        },
      },
    },
  },
  codes: [
    ...called,
    ...withBody,
    'NotFound',
    'Unsupported',
    'ProviderProtocol',
    'RefreshInProgress',
  ],
};
