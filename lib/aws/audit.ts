import { type LogFields, toldAbout } from './log.ts';

/**
 * One line for a privileged act, whatever the log level: who did what on whose behalf, from where, and
 * how it ended. It carries all that the log was told about this invocation (request, key, subject).
 */
export function audit(act: string, fields: LogFields): void {
  const timestamp = new Date().toISOString();
  const line = { level: 'AUDIT', timestamp, message: act, audit: true, ...toldAbout(), ...fields };
  process.stdout.write(`${JSON.stringify(line)}\n`);
}
