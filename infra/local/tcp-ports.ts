import { connect } from 'node:net';
import { defaultPorts, forEachHost, standIns } from './sandbox/registry.ts';

/** Every port of the stack: who needs it, and the variable that moves it. */
export const ports = {
  gateway: { port: 3000, variable: 'PORT_GATEWAY', owner: 'the API and the hosted page' },
  product: { port: 3100, variable: 'PORT_PRODUCT', owner: 'the demo product' },
  control: {
    port: defaultPorts.control,
    variable: 'PORT_SANDBOX',
    owner: "the sandbox's controls",
  },
  ...forEachHost((id) => ({
    port: defaultPorts[id],
    variable: `PORT_${id.toUpperCase().replaceAll('-', '_')}`,
    owner: standIns[id].settings({}).name,
  })),
  database: { port: 4020, variable: 'PORT_DATABASE', owner: 'DynamoDB' },
  secrets: { port: 4021, variable: 'PORT_SECRETS', owner: 'Secrets Manager' },
  workflows: { port: 4022, variable: 'PORT_WORKFLOWS', owner: 'Step Functions' },
  events: { port: 4023, variable: 'PORT_EVENTS', owner: 'EventBridge' },
  lambda: { port: 4024, variable: 'PORT_LAMBDA', owner: 'Lambda' },
} as const;

type Part = keyof typeof ports;
export type Ports = Readonly<Record<Part, number>>;

const parts = Object.keys(ports) as Part[]; // the keys of a literal

/**
 * The ports to use: `first` and those behind it when given, otherwise each as its variable says.
 *
 * @throws Error for a variable that is no port.
 */
export function choosePorts(
  environment: Readonly<Record<string, string | undefined>>,
  first?: number,
): Ports {
  const chosen = parts.map((part, index) => {
    const { port, variable } = ports[part];
    const given = first === undefined ? Number(environment[variable] ?? port) : first + index;
    if (!Number.isInteger(given) || given < 1 || given > 65_535) {
      throw new Error(`${variable} must be a port between 1 and 65535.`);
    }
    return [part, given] as const;
  });
  return Object.fromEntries(chosen) as Ports; // one entry for each part
}

/**
 * Looks whether all ports are free.
 *
 * @throws Error that names each port taken, who needs it, and the remedy.
 */
export async function checkPorts(chosen: Ports): Promise<void> {
  const taken: string[] = [];
  for (const part of parts) {
    const { owner, variable } = ports[part];
    const port = chosen[part];
    if (!(await answers(port))) continue;
    taken.push(
      `Port ${port} is taken, and ${owner} would answer there. Stop the program that uses it, ` +
        `or choose another port: ${variable}=${port + 1000} npm start`,
    );
  }
  if (taken.length > 0) throw new Error(taken.join('\n'));
}

/** Whether somebody listens, on either address of `localhost`. */
async function answers(port: number): Promise<boolean> {
  const tries = ['127.0.0.1', '::1'].map(
    (host) =>
      new Promise<boolean>((resolve) => {
        const socket = connect({ host, port });
        socket.once('connect', () => {
          socket.destroy();
          resolve(true);
        });
        socket.once('error', () => resolve(false));
      }),
  );
  return (await Promise.all(tries)).includes(true);
}
