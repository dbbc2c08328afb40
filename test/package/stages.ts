import { resolve } from 'node:path';
import { packaged, packagedTemplate } from './packaged.ts';

/** What the deployer of {@link prod} chose. */
export const chosen = {
  PROVIDERS_FILE: resolve(import.meta.dirname, 'providers.yml'),
  PUBLIC_URL: 'https://forge.example.com',
  ALARM_EMAIL: 'operator@example.com',
  LOG_RETENTION_DAYS: '365',
  AUDIT_DESTINATION: 'arn:aws:firehose:eu-west-1:111122223333:deliverystream/audit',
  AUDIT_ROLE: 'arn:aws:iam::111122223333:role/audit',
  RESERVED_CONCURRENCY: 'refreshToken=50, getToken=10',
};

/** A first deployment, in which nothing was chosen. */
export const dev = () => packaged('dev');

/** The template of a production deployment, with apps that sign and a host of the deployer's own. */
export const prod = () => packagedTemplate('prod', chosen);
