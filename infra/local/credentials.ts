import { functionName } from './template.ts';

/** Who operates the stack signs with this key, and may do everything. Signatures are not checked. */
export const operator = { accessKeyId: 'operator', secretAccessKey: 'local' };

/** No function's key: what a function would sign with that has not been told who it is. */
export const nobody = { accessKeyId: 'nobody', secretAccessKey: 'local' };

/** The access key that a function of serverless.yml signs with: its name on this stage. */
export function accessKeyOf(functionKey: string): string {
  return functionName(functionKey);
}
