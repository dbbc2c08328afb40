import { randomInt } from 'node:crypto';
import { checkPorts, choosePorts } from '../../infra/local/tcp-ports.ts';

/** The first of some ports in a row that nobody uses, below those that systems hand out. */
export async function freePorts(): Promise<number> {
  for (;;) {
    const first = randomInt(10_000, 32_000);
    const free = await checkPorts(choosePorts({}, first)).then(
      () => true,
      () => false,
    );
    if (free) return first;
  }
}
