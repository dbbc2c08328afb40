/** A value of CloudFormation: JSON, with its intrinsic functions as objects. */
export type Value =
  | string
  | number
  | boolean
  | readonly Value[]
  | { readonly [name: string]: Value };

export interface Resource {
  readonly Type: string;
  readonly DependsOn?: readonly string[];
  readonly DeletionPolicy?: string;
  readonly UpdateReplacePolicy?: string;
  readonly Properties: { readonly [name: string]: Value };
}

/** What is added to the template: resources of ours, and changes to those the framework makes. */
export interface TemplatePart {
  readonly Resources?: Readonly<Record<string, Resource>>;
  readonly extensions?: Readonly<Record<string, Partial<Resource>>>;
}

/** What the Serverless Framework hands to a part that is computed. */
export interface Framework {
  /** A variable by its address in serverless.yml: `sls:stage`, `self:custom.secretPrefix`. */
  resolveVariable(address: string): Promise<unknown>;
  resolveConfigurationProperty(path: readonly string[]): Promise<unknown>;
}

/** Name of a function's own resource: `startConnect` and `Role` make `StartConnectRole`. */
export function logicalId(functionName: string, kind: string): string {
  return functionName.charAt(0).toUpperCase() + functionName.slice(1) + kind;
}

/** What every name of the stage begins with: `forgebridge-prod`. */
export async function deploymentName({ resolveVariable }: Framework): Promise<string> {
  return `forgebridge-${await resolveVariable('sls:stage')}`;
}
