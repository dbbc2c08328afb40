import * as z from 'zod/mini';
import { installationId, providerId, repositoryName } from '../formats.ts';
import type { RouteRequest } from '../route.ts';
import { minProperties } from '../rules.ts';

const word = z.string().check(z.regex(/^[A-Za-z][A-Za-z0-9_]{0,63}$/));

/** A token of one installation, narrowed where that is asked for. */
export const atomgitInstallationToken = {
  method: 'POST',
  path: '/installations/{provider}/{installationId}/token',
  scope: 'installations:write',
  parameters: z.object({ provider: providerId, installationId }),
  body: z.strictObject({
    // Empty, it could mean nothing as well as everything.
    permissions: z.exactOptional(z.record(word, word).check(minProperties(1))),
    repositories: z.exactOptional(z.array(repositoryName).check(z.minLength(1), z.maxLength(500))),
  }),
} as const satisfies RouteRequest;
