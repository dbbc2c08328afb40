import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { misfits, type Shape, type Shapes } from './shape.ts';

/** One call: what it takes and what it can answer. */
export interface Operation {
  readonly query?: Shape;
  readonly body?: Shape;
  /** By status. */
  readonly answers: Readonly<Record<string, Shape>>;
}

/** What a host publishes of its API, as far as it is stood in for. */
export interface Description {
  /** Where it stands, and which version. */
  readonly source: string;
  /** By method and path below the API: `GET /repos/{owner}/{repo}`. */
  readonly operations: Readonly<Record<string, Operation>>;
  readonly shapes: Shapes;
}

/** What a host publishes elsewhere, in prose or in examples: it goes before what the document says. */
export interface Additions {
  readonly sources: readonly string[];
  /** Of the document's calls those that this host lists too; missing: all. */
  readonly only?: readonly string[];
  readonly operations?: Readonly<Record<string, Partial<Operation>>>;
  /** Calls at the web address: those of OAuth. */
  readonly web?: Readonly<Record<string, Operation>>;
  /** More members of a shape, or other ones. */
  readonly members?: Readonly<Record<string, Readonly<Record<string, Shape>>>>;
  readonly shapes?: Shapes;
  /** Statuses that any call can answer. */
  readonly anywhere: Readonly<Record<string, Shape>>;
  /** The document does not say what may be null, so that all may. */
  readonly nullable?: boolean;
  /** The document takes forms, whose members are all text, whatever they mean. */
  readonly forms?: boolean;
}

/** A call that the description knows. */
export interface Found {
  readonly name: string;
  readonly operation: Operation;
}

/** A description and what was added to it, to be asked. */
export interface Documented extends Pick<Description, 'operations' | 'shapes'> {
  /** The call at this path below the API, or at the web address. */
  find(where: 'api' | 'web', method: string, path: string): Found | undefined;
  /** What of a request is not documented, or missing. */
  request(call: Found, query: URLSearchParams, body: unknown): string[];
  answer(call: Found, status: number, body: unknown): string[];
}

/** The description in the folder, where there is one, with `additions`. */
export function documented(folder: string | undefined, additions: Additions): Documented {
  const derived = folder === undefined ? undefined : read(folder);
  const { anywhere, nullable = false, forms = false } = additions;
  const shapes = merged(derived?.shapes ?? {}, additions);
  const operations = withAdded(listed(derived, additions), additions.operations ?? {});
  const routes = { api: routesOf(operations), web: routesOf(additions.web ?? {}) };
  const misfitting = (value: unknown, shape: Shape, loose = nullable) =>
    misfits(loose ? withoutNull(value) : value, shape, shapes);
  return {
    operations,
    shapes,
    find(where, method, path) {
      const route = routes[where].find((each) => each.method === method && each.path.test(path));
      return route && { name: route.name, operation: route.operation };
    },
    request({ name, operation: { query = {}, body: taken } }, asked, body) {
      const inQuery = misfits(typed(asked, objectOf(query), shapes), query, shapes);
      const inBody = taken === undefined ? surplus(body) : misfitting(body ?? {}, taken);
      return [
        ...inQuery.map((each) => `${name}: query${each}`),
        ...inBody
          .filter((each) => !forms || named.test(each))
          .map((each) => `${name}: body${each}`),
      ];
    },
    answer({ name, operation: { answers } }, status, body) {
      const known = [answers[status], anywhere[status]].filter((each) => each !== undefined);
      if (known.length === 0) return [`${name}: ${status} is not documented`];
      // A stand-in may say less than its host, and nothing else.
      const [least = []] = known
        .map((shape) => misfitting(body, body === undefined ? 'any' : shape))
        .map((problems) => problems.filter((each) => !each.endsWith('is missing')))
        .sort((one, other) => one.length - other.length);
      return least.map((each) => `${name}: ${status}${each}`);
    },
  };
}

function listed(derived: Description | undefined, { only }: Additions): Description['operations'] {
  const all = Object.entries(derived?.operations ?? {});
  return Object.fromEntries(all.filter(([name]) => only?.includes(name) ?? true));
}

function read(folder: string): Description {
  // infra/cli/describe-hosts.ts wrote it.
  return JSON.parse(readFileSync(join(folder, 'description.json'), 'utf8')) as Description;
}

/** What is wrong with a name, and not with what it holds. */
const named = /(is not documented|is missing)$/;

/** A body where none is taken. */
function surplus(body: unknown): string[] {
  return body === undefined || Object.keys(Object(body)).length === 0 ? [] : [' is not documented'];
}

function merged(shapes: Shapes, { members = {}, shapes: more = {} }: Additions): Shapes {
  const all: Record<string, Shape> = { ...shapes, ...more };
  for (const [name, added] of Object.entries(members)) {
    all[name] = withMembers(all[name] ?? {}, added);
  }
  return all;
}

/** `added` goes first, whether a member may be missing or not. */
function withMembers(shape: Shape, added: Readonly<Record<string, Shape>>): Shape {
  if (typeof shape === 'string' || Array.isArray(shape)) return added;
  const bare = (name: string) => name.replace(/\?$/, '');
  const taken = new Set(Object.keys(added).map(bare));
  const kept = Object.entries(shape).filter(([name]) => !taken.has(bare(name)));
  return { ...Object.fromEntries(kept), ...added };
}

function withAdded(
  operations: Description['operations'],
  added: Readonly<Record<string, Partial<Operation>>>,
): Description['operations'] {
  const all: Record<string, Operation> = { ...operations };
  for (const [name, more] of Object.entries(added)) {
    const known = all[name];
    const query = withMembers(known?.query ?? {}, objectOf(more.query));
    const body = bodyOf(known?.body, more.body);
    all[name] = {
      query,
      ...(body === undefined ? {} : { body }),
      answers: { ...known?.answers, ...more.answers },
    };
  }
  return all;
}

function bodyOf(known: Shape | undefined, more: Shape | undefined): Shape | undefined {
  if (more === undefined || known === undefined) return known ?? more;
  return typeof known === 'string' ? more : withMembers(known, objectOf(more));
}

function objectOf(shape: Shape | undefined): Readonly<Record<string, Shape>> {
  return typeof shape === 'object' && !Array.isArray(shape)
    ? (shape as Readonly<Record<string, Shape>>) // no list, no word
    : {};
}

/** Parts of a path that may have slashes. */
const long = /\{(path|filepath|file_path|ref|branch)\}/g;

function routesOf(operations: Description['operations']) {
  const routes = Object.entries(operations).map(([name, operation]) => {
    const [method = '', path = ''] = name.split(' ');
    const pattern = path.replace(long, '.+').replace(/\{\w+\}/g, '[^/]+');
    return { name, operation, method, path: new RegExp(`^${pattern}$`) };
  });
  // The more is said of a path, the sooner it is tried.
  const said = ({ name }: { name: string }) => name.replace(/\{\w+\}/g, '').length;
  return routes.sort((one, other) => said(other) - said(one));
}

/** A query as its members mean it: where they are no text, as numbers and switches. */
function typed(
  query: URLSearchParams,
  members: Readonly<Record<string, Shape>>,
  shapes: Shapes,
): Record<string, unknown> {
  return Object.fromEntries(
    [...query].map(([name, text]) => {
      const shape = members[name] ?? members[`${name}?`] ?? 'any';
      const asIs = misfits(text, shape, shapes).length === 0;
      return [name, asIs ? text : ({ true: true, false: false }[text] ?? Number(text))];
    }),
  );
}

function withoutNull(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutNull);
  if (typeof value !== 'object' || value === null) return value;
  const members = Object.entries(value).filter(([, each]) => each !== null);
  return Object.fromEntries(members.map(([name, each]) => [name, withoutNull(each)]));
}
