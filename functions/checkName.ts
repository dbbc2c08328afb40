import { checkName as route } from '../lib/api/requests/checkName.ts';
import { checkNameOfTemplate } from '../lib/api/requests/checkNameOfTemplate.ts';
import type { NameCheck, TemplateCheck } from '../lib/api/schemas/repository.ts';
import { atProvider } from '../lib/edge/at-provider.ts';
import { byRoute, endpoint } from '../lib/edge/endpoint.ts';
import { json } from '../lib/edge/reply.ts';
import { checkName, checkTemplate } from '../lib/operations/check-name.ts';

/**
 * GET /connections/{id}/names/{name}: whether a repository of that name can be created;
 * GET /connections/{id}/template: whether a template can be read.
 */
export const handler = byRoute([
  [
    route,
    endpoint(route, async (call) => {
      const { parameters, query } = call;
      const verdict = await atProvider(call, 'check name', (access, provider) =>
        checkName(access, provider, query.namespace, parameters.name),
      );
      return json<NameCheck>(200, verdict);
    }),
  ],
  [
    checkNameOfTemplate,
    endpoint(checkNameOfTemplate, async (call) => {
      const verdict = await atProvider(call, 'check template', (access, provider) =>
        checkTemplate(access, provider, call.query.fullName),
      );
      return json<TemplateCheck>(200, verdict);
    }),
  ],
]);
