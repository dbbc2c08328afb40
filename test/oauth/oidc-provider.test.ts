import { describe } from 'vitest';
import { startCertifiedServer } from './certified-server.ts';
import { connectionLife } from './connection-life.ts';

describe('oidc-provider, a certified OpenID provider', () => connectionLife(startCertifiedServer));
