/*
 * The parts of the template that are computed: serverless.yml takes each by its name here, through
 * resources.cjs.
 */
export { alarmResources as alarms } from './alarms.ts';
export { auditResources as audit } from './audit-copies.ts';
export { failureResources as failures } from './failures.ts';
export { limitResources as limits } from './limits.ts';
export { roleResources as roles } from './roles.ts';
export { secretResources as secrets } from './secret-resources.ts';
