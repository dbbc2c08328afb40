import { parseArgs } from 'node:util';
import { PortTaken } from './listener.ts';
import { defaultPorts, hostIds, portsFrom } from './registry.ts';
import { type Sandbox, startSandbox } from './sandbox.ts';

function announce({ providers, controlUrl }: Sandbox): void {
  console.log('The provider sandbox is up.\n');
  for (const id of hostIds) {
    const { webUrl, apiUrl, clientId, clientSecret, appId, appSlug } = providers[id];
    console.log(`  ${id.padEnd(11)} ${webUrl}   API ${apiUrl}`);
    console.log(`              client ${clientId}   secret ${clientSecret}`);
    if (appId !== undefined) console.log(`              app ${appId}, slug ${appSlug}`);
  }
  console.log(`
Steer it: ${controlUrl} explains every control.
  what is there:  curl ${controlUrl}/state/gitlab
  a fault:        curl -X POST ${controlUrl}/faults -H 'content-type: application/json' -d '{"provider":"gitlab","action":"status","status":503}'
  start over:     curl -X POST ${controlUrl}/reset

Ctrl-C ends it.`);
}

/** The usual ports, or as many in a row from the one given on the command line. */
function chosenPorts(first: string | undefined): typeof defaultPorts {
  return first === undefined ? defaultPorts : portsFrom(Number(first));
}

try {
  const { values, positionals } = parseArgs({
    options: { folder: { type: 'string' } },
    allowPositionals: true,
  });
  const sandbox = await startSandbox({ ports: chosenPorts(positionals[0]), ...values });
  announce(sandbox);
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.once(signal, () => void sandbox.close().then(() => process.exit(0)));
  }
} catch (error) {
  if (!(error instanceof PortTaken)) throw error;
  console.error(`${error.message} End what listens there (lsof -iTCP:${error.port} -sTCP:LISTEN),
or begin at other ports: npm run sandbox -- 5010`);
  process.exitCode = 1;
}
