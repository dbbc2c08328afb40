import { readFileSync } from 'node:fs';
import type { IncomingHttpHeaders } from 'node:http';
import * as z from 'zod/mini';
import { grants } from '../../lib/api/grants.ts';
import { logicalId } from '../cloudformation/framework.ts';
import { secretsOf } from '../cloudformation/provider-resources.ts';
import { rolesOf } from '../cloudformation/roles.ts';
import { secretNames } from '../cloudformation/secret-resources.ts';
import { awsError } from './aws-json.ts';
import { type AwsCall, requestOf } from './aws-requests.ts';
import { accessKeyOf, operator } from './credentials.ts';
import { resolveIntrinsics } from './intrinsics.ts';
import { allows, permissionName, type Statement, statementsOf } from './policies.ts';
import {
  account,
  deployment,
  erasureMachineArn,
  keyTableName,
  region,
  secretArn,
  secretPrefix,
  stateMachineArn,
  tableName,
} from './template.ts';

/** What a function asked of AWS, and whether its role allows it. */
export interface Decision {
  /** As in serverless.yml. */
  readonly functionKey: string;
  /** By `permissionName`. */
  readonly permission: string;
  readonly allowed: boolean;
}

/** Decides as IAM would: each function signs with its own name as access key. */
export interface Permissions {
  /** The statements of each function's role. */
  readonly roles: ReadonlyMap<string, readonly Statement[]>;
  /** @throws Error `AccessDeniedException` that names function and permission. */
  check(headers: IncomingHttpHeaders, call: AwsCall): void;
}

const providersSchema = z.array(z.looseObject({ id: z.string(), appId: z.optional(z.string()) }));

/** The roles of lib/api/grants.ts on this stack. `providersFile` names the secrets there are. */
export function localPermissions(
  providersFile: string,
  onDecision: (decision: Decision) => void,
): Permissions {
  const providers = secretsOf(
    providersSchema.parse(JSON.parse(readFileSync(providersFile, 'utf8'))),
  );
  const resources = rolesOf({
    deployment,
    stateMachines: {
      creation: stateMachineArn.split(':').at(-1) ?? '',
      erasure: erasureMachineArn.split(':').at(-1) ?? '',
    },
    eventBus: 'default',
    keyTable: keyTableName,
    providers,
  });
  const standsFor = localValues(new Map(secretNames(providers).map(([id, name]) => [id, name])));
  const roles = new Map(
    Object.keys(grants).map((key) => {
      const { Properties } = Object(resources[logicalId(key, 'Role')]);
      return [key, statementsOf(resolveIntrinsics(Properties, standsFor))] as const;
    }),
  );
  const names = new Map(Object.keys(grants).map((key) => [accessKeyOf(key), key]));

  return {
    roles,
    check(headers, call) {
      const accessKey = /Credential=([^/]+)\//.exec(headers.authorization ?? '')?.[1];
      if (accessKey === operator.accessKeyId) return;
      const key = names.get(accessKey ?? '');
      if (key === undefined) {
        const message = `Nobody here has the access key ${accessKey ?? '(none)'}.`;
        throw awsError('UnrecognizedClientException', message);
      }
      const request = requestOf(call);
      const allowed = (roles.get(key) ?? []).some((statement) => allows(statement, request));
      const leading = request.context['dynamodb:LeadingKeys'] ?? [];
      const permission = permissionName(request.action, request.resource, leading);
      onDecision({ functionKey: key, permission, allowed });
      if (allowed) return;
      throw awsError('AccessDeniedException', `${key} may not ${permission}: lib/api/grants.ts`);
    },
  };
}

/** What references in the roles stand for on this stack. */
function localValues(secrets: ReadonlyMap<string, string>) {
  const values: Readonly<Record<string, string>> = {
    'AWS::Partition': 'aws',
    'AWS::Region': region,
    'AWS::AccountId': account,
    'Table.Arn': `arn:aws:dynamodb:${region}:${account}:table/${tableName}`,
    'DeadLetters.Arn': `arn:aws:sqs:${region}:${account}:${deployment}-dead-letters`,
  };
  return (reference: string): string => {
    const secret = secrets.get(reference.replace(/\.Id$/, ''));
    const value = secret === undefined ? values[reference] : secretArn(`${secretPrefix}/${secret}`);
    if (value === undefined) throw new Error(`a role refers to ${reference}`);
    return value;
  };
}
