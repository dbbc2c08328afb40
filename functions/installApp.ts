import { installUrl } from '../lib/compose/installed-apps.ts';
import { browserEndpoint } from '../lib/edge/browser.ts';
import { redirect } from '../lib/edge/reply.ts';

/** GET /install/{provider}: sends the browser to the installation page of the configured app. */
export const handler = browserEndpoint(async ({ request, invocation }) =>
  redirect(await installUrl(request.parameters.provider ?? '', invocation)),
);
