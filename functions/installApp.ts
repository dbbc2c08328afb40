import { browserEndpoint } from '../lib/runtime/browser.ts';
import { installUrl } from '../lib/runtime/installations.ts';
import { redirect } from '../lib/runtime/reply.ts';

/** GET /install/{provider}: sends the browser to the installation page of the configured app. */
export const handler = browserEndpoint(async (call) => redirect(await installUrl(call)));
