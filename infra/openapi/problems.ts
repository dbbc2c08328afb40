import { type ErrorCode, type ErrorDetails, errorTable } from '../../lib/errors.ts';

/** What each code means in a reply. */
export const codeWords: Readonly<Record<ErrorCode, string>> = {
  InvalidInput: 'The request is malformed; `fields` names what to correct.',
  StateMismatch: 'The link or request is spent, late, or of another browser.',
  CallerUnauthenticated: 'No credentials, or none that are known.',
  ConsentDenied: 'Access was not granted at the provider.',
  Forbidden: 'The caller or the connected account may not do this.',
  ScopeMissing: 'The connection lacks a permission that this needs.',
  InstallationRequired: 'The app is not installed there; `installUrl` is where it can be.',
  NotFound: "Not there, or another user's.",
  ReconnectRequired:
    'The provider no longer accepts the connection; send the user to `reconnectUrl`.',
  AlreadyExists: 'Another operation is creating a repository of this name.',
  Cancelled: 'The operation was cancelled.',
  PayloadTooLarge: 'The body is over 512 KiB.',
  UnsupportedMediaType: 'The body is of another media type than the one given here.',
  Unsupported: 'This provider cannot do this.',
  IdempotencyMismatch: 'The key was used with another body.',
  RateLimited: "Over a limit, the provider's or this deployment's own.",
  Misconfigured: 'The operator must mend the deployment, and `/health` says what.',
  InternalError: 'Something unforeseen happened, and the log says what.',
  ImportFailed: 'The repository could not be filled.',
  ProviderProtocol: "The provider's answer could not be understood.",
  ProviderUnavailable: 'The provider, the identity provider or a service of AWS cannot be reached.',
  RefreshInProgress: 'The token is being refreshed.',
  ImportTimedOut: 'The repository was not ready in time.',
  ProviderTimeout: 'The provider did not answer in time.',
};

/** Details that show what a code can come with. */
const details: Readonly<Partial<Record<ErrorCode, ErrorDetails>>> = {
  InvalidInput: { fields: [{ field: 'name', problem: 'must not end in .git' }] },
  InstallationRequired: {
    installUrl: 'https://git.example.com/apps/example-app/installations/new',
  },
  ReconnectRequired: {
    reason: 'invalid_grant',
    reconnectUrl: 'https://connect.example.com/connect/acme-git',
  },
  AlreadyExists: { reason: 'name_being_created' },
  Unsupported: { reason: 'no_creation', remedy: 'Choose a connection to another provider.' },
  RateLimited: { retryAfter: 60 },
  RefreshInProgress: { retryAfter: 5 },
};

/** An example of that problem, where its details need one. */
export function problemExample(code: ErrorCode): object | undefined {
  const shown = details[code];
  if (shown === undefined) return undefined;
  const { message: title, status } = errorTable[code];
  return {
    type: `urn:forgebridge:problem:${code}`,
    title,
    status,
    code,
    requestId: '0a1b2c3d-0000-4000-8000-000000000001',
    ...shown,
  };
}
