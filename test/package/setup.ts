import { dev, prod } from './stages.ts';

/** Begins to package while other tests run; whoever needs a package waits for it, and is told. */
export default function setup(): void {
  for (const stage of [dev, prod]) stage().catch(() => {});
}
