import * as z from 'zod/mini';
import { ForgebridgeError } from '../errors.ts';

const list = z.pipe(
  z.string(),
  z.transform((text: string) =>
    text
      .split(',')
      .map((part) => part.trim())
      .filter(Boolean),
  ),
);
const origin = z.string().check(z.regex(/^https?:\/\/[^/?#@\s]+$/));
const optional = z._default(z.string(), '');

const schema = z.object({
  STAGE: z.string().check(z.minLength(1)),
  TABLE_NAME: z.string().check(z.minLength(1)),
  KEY_TABLE_NAME: z.string().check(z.minLength(1)),
  SECRET_PREFIX: z.string().check(z.minLength(1)),
  PUBLIC_URL: origin,
  LOGIN_URL: optional,
  RETURN_ORIGINS: z._default(list, []),
  OIDC_ISSUER: optional,
  OIDC_AUDIENCE: optional,
  OIDC_TOKENS_CLAIM: optional,
  OIDC_SUBJECT_PREFIX: z._default(z.string().check(z.regex(/^[\x21-\x7e]{0,32}$/)), ''),
  FRONT_DIGEST: z._default(
    list.check(z.refine((all) => all.every((one) => /^[0-9a-f]{64}$/.test(one)))),
    [],
  ),
  STATE_MACHINE_ARN: optional,
  ERASURE_MACHINE_ARN: optional,
  EVENT_BUS: optional,
  PAGE_NAME: z._default(z.string().check(z.maxLength(80)), ''),
  PAGE_LOGO: z._default(z.string().check(z.regex(/^(?:https?:\/\/[^\s"'<>;,]+)?$/)), ''),
  PAGE_ACCENT: z._default(z.string().check(z.regex(/^(?:#[0-9a-f]{6})?$/i)), ''),
  PAGE_SUPPORT: z._default(
    z.string().check(z.regex(/^(?:(?:https?:\/\/|mailto:)[^\s"'<>]+)?$/)),
    '',
  ),
  PAGE_MAKER: z._default(z.enum(['', 'shown', 'hidden']), ''),
  PAGE_FRAMES: z._default(
    z.pipe(list, z.array(z.string().check(z.regex(/^https?:\/\/[^/?#@\s;,'"*]+$/)))),
    [],
  ),
});

/** What the deployment was given, read from the environment once per container. */
export interface Config {
  readonly stage: string;
  readonly tableName: string;
  /** Table of the API keys, which functions only read. */
  readonly keyTableName: string;
  readonly secretPrefix: string;
  /** Origin of this deployment as browsers see it; never taken from a request. */
  readonly publicUrl: string;
  /** Missing: no browser sessions. */
  readonly loginUrl?: string;
  readonly returnOrigins: readonly string[];
  /** Missing: no callers with a JWT. */
  readonly oidc?: {
    readonly issuer: string;
    readonly audience: string;
    readonly tokensClaim: string;
    /** Put before a token's `sub`, so that it is no subject that an API key might name by chance. */
    readonly subjectPrefix: string;
  };
  /** SHA-256 of what the front shows, in hex, one of these; empty: there is none, and anybody may ask. */
  readonly frontDigests: readonly string[];
  readonly stateMachineArn: string;
  readonly erasureMachineArn: string;
  /** Name of the EventBridge bus; missing: no events. */
  readonly eventBus?: string;
  /** How the pages look. */
  readonly look: {
    readonly name?: string;
    readonly logo?: string;
    /** `#rrggbb` */
    readonly accent: string;
    readonly support?: string;
    /** Whether the pages say what they were made with. */
    readonly maker: boolean;
    /** Origins whose pages may frame these. */
    readonly frames: readonly string[];
  };
}

const usualAccent = '#3451d1';

let cached: Config | undefined;

/**
 * The configuration of this function. The only reader of `process.env` in the bundle.
 *
 * @throws ForgebridgeError `Misconfigured` naming the first variable that is missing or malformed.
 */
export function config(): Config {
  cached ??= readConfig(process.env);
  return cached;
}

/** As {@link config}, from any environment. */
function readConfig(environment: Readonly<Record<string, string | undefined>>): Config {
  const parsed = schema.safeParse(environment);
  if (!parsed.success) {
    const variable = String(parsed.error.issues[0]?.path[0] ?? 'environment');
    throw new ForgebridgeError('Misconfigured', {
      reason: 'environment',
      remedy: `Set ${variable} and deploy again.`,
    });
  }
  const env = parsed.data;
  return {
    stage: env.STAGE,
    tableName: env.TABLE_NAME,
    keyTableName: env.KEY_TABLE_NAME,
    secretPrefix: env.SECRET_PREFIX,
    publicUrl: env.PUBLIC_URL,
    returnOrigins: env.RETURN_ORIGINS,
    frontDigests: env.FRONT_DIGEST,
    stateMachineArn: env.STATE_MACHINE_ARN,
    erasureMachineArn: env.ERASURE_MACHINE_ARN,
    look: {
      accent: env.PAGE_ACCENT === '' ? usualAccent : env.PAGE_ACCENT.toLowerCase(),
      maker: env.PAGE_MAKER !== 'hidden',
      frames: env.PAGE_FRAMES,
      ...(env.PAGE_NAME === '' ? {} : { name: env.PAGE_NAME }),
      ...(env.PAGE_LOGO === '' ? {} : { logo: env.PAGE_LOGO }),
      ...(env.PAGE_SUPPORT === '' ? {} : { support: env.PAGE_SUPPORT }),
    },
    ...(env.EVENT_BUS === '' ? {} : { eventBus: env.EVENT_BUS }),
    ...(env.LOGIN_URL === '' ? {} : { loginUrl: env.LOGIN_URL }),
    ...(env.OIDC_ISSUER === ''
      ? {}
      : {
          oidc: {
            issuer: env.OIDC_ISSUER,
            audience: env.OIDC_AUDIENCE,
            tokensClaim: env.OIDC_TOKENS_CLAIM,
            subjectPrefix: env.OIDC_SUBJECT_PREFIX,
          },
        }),
  };
}
