import { tags } from '../../lib/api/description.ts';
import { routes } from '../../lib/api/table.ts';
import { operationOf } from './described-operation.ts';
import { Components, type JsonSchema } from './schemas.ts';

/** The description of the API in OpenAPI 3.1, written from the table of its routes. */
export function openapi(version: string): JsonSchema {
  const components = new Components();
  const paths: Record<string, JsonSchema> = {};
  for (const route of routes) {
    const { path, method } = route.request;
    const operation = operationOf(components, route);
    paths[path] = { ...paths[path], [method.toLowerCase()]: operation };
  }
  return {
    openapi: '3.1.0',
    info: { ...info, version },
    servers: [{ url: '/', description: "The address in this deployment's `PUBLIC_URL`." }],
    tags: Object.entries(tags).map(([name, description]) => ({ name, description })),
    paths,
    components: {
      securitySchemes,
      parameters,
      responses: components.responses,
      schemas: components.schemas,
    },
  };
}

const info = {
  title: 'forgebridge',
  summary: "Connects users' Git host accounts and creates repositories for them from templates.",
  description: `Two abilities for a product: keep its users' accounts at Git hosts connected, and
create repositories for them there.

**Callers.** The product's backend sends an API key and names the user it acts for in
\`Forgebridge-Subject\`. Other clients send the identity token of the product's identity provider,
whose \`sub\` is the user. The hosted page uses a session cookie. Whatever belongs to another user
is answered as if it did not exist.

**Errors** are \`application/problem+json\` (RFC 9457); routes that a person's browser opens show a
page instead. \`x-codes\` lists what a reply can be about. Match \`code\`, never \`title\`;
\`docs/errors.md\` explains each code. Codes that time can mend come with \`Retry-After\`.

API Gateway itself refuses unknown routes (404) and requests over the stage's throttle (429),
with \`{"message": "…"}\` and no code.

**Caches.** Every reply is \`Cache-Control: no-store\`.

**Lists** are pages: hand \`next\` back as \`cursor\` until it is missing. A page can be empty and
still have a \`next\`. A cursor that this list did not hand out is refused.
`,
  license: { name: 'Apache-2.0', identifier: 'Apache-2.0' },
};

const securitySchemes = {
  apiKey: {
    type: 'http',
    scheme: 'bearer',
    bearerFormat: 'fb_…',
    description:
      "The product's backend. Made with `npm run apikeys -- create`; the scope that a key needs stands at each operation. Acts for the user named in `Forgebridge-Subject`.",
  },
  identityToken: {
    type: 'http',
    scheme: 'bearer',
    bearerFormat: 'JWT',
    description:
      "A JWT of the product's identity provider (issuer and audience are configured). Its `sub` is the user.",
  },
  session: {
    type: 'apiKey',
    in: 'cookie',
    name: '__Host-forgebridge',
    description:
      "A browser session. Acts for its own user only and can never read a token. Requests that change something must come from the deployment's own pages: browsers say so in `Origin`.",
  },
  preSession: {
    type: 'apiKey',
    in: 'cookie',
    name: '__Host-forgebridge-pre',
    description: 'What a browser has before its session; `request` is derived from it.',
  },
};

const parameters = {
  Subject: {
    name: 'Forgebridge-Subject',
    in: 'header',
    description:
      "Required with an API key: the product's own id of the user it acts for, in visible ASCII characters. Ignored otherwise.",
    schema: { type: 'string', pattern: String.raw`^[\x21-\x7e]{1,256}$` },
    example: 'user-4711',
  },
};
