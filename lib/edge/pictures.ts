import { config } from '../aws/configuration.ts';
import { favicon } from '../page/layout.ts';
import { type Reply, svg } from './reply.ts';
import type { HttpRequest } from './request.ts';

/** The picture of that path, for anybody; undefined where there is none. */
export function picture({ path }: HttpRequest): Reply | undefined {
  return path === '/favicon.svg' ? svg(favicon(config().look)) : undefined;
}
