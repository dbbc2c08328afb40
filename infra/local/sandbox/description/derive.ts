import type { Description, Operation } from './description.ts';
import { isList, type Shape } from './shape.ts';

type Node = Readonly<Record<string, unknown>>;

/** How many definitions deep the answers go; what lies deeper is `any`. */
const deepest = 1;
/** More words than this are no list to learn by heart: the type is enough. */
const longestList = 6;

function isNode(value: unknown): value is Node {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function nodeIn(parent: Node, name: string): Node {
  const value = parent[name];
  return isNode(value) ? value : {};
}

function nodesIn(parent: Node, name: string): Node[] {
  const value = parent[name];
  return Array.isArray(value) ? value.filter(isNode) : [];
}

/**
 * What a published OpenAPI 3 or Swagger 2 document says of `operations` (`GET /user`), in few words:
 * names, types, what is required, statuses. No sentence of it is kept.
 */
export function derive(document: Node, operations: readonly string[], source: string): Description {
  const depths = new Map<string, number>();
  const shapes: Record<string, Shape> = {};

  function resolve(node: Node): Node {
    const { $ref: ref } = node;
    if (typeof ref !== 'string') return node;
    return ref
      .slice(2)
      .split('/')
      .reduce((parent, name) => nodeIn(parent, name), document);
  }

  /** The words of a schema; a definition is met `depth` deep. */
  function words(schema: Node, depth: number): Shape {
    const { $ref: ref } = schema;
    if (typeof ref !== 'string') return orNull(plain(schema, depth), schema);
    const name = ref.slice(ref.lastIndexOf('/') + 1);
    if (depth > deepest) return orNull('object', resolve(schema));
    if (!depths.has(name)) {
      depths.set(name, depth);
      shapes[name] = plain(resolve(schema), depth + 1);
    }
    return orNull(`#${name}`, resolve(schema));
  }

  function plain(schema: Node, depth: number): Shape {
    const { type, enum: list } = schema;
    const parts = [...nodesIn(schema, 'oneOf'), ...nodesIn(schema, 'anyOf')];
    const members = [schema, ...nodesIn(schema, 'allOf').map(resolve)].map((each) =>
      nodeIn(each, 'properties'),
    );
    const properties = Object.assign({}, ...members) as Record<string, Node>; // of objects, each a schema
    if (Object.keys(properties).length > 0) return objectOf(schema, properties, depth);
    if (parts.length > 0) return either(parts.map((part) => words(part, depth)));
    if (type === 'array') return [words(nodeIn(schema, 'items'), depth)];
    if (Array.isArray(list) && type === 'string' && list.length <= longestList) {
      return list.map((word) => `'${word}'`).join(' | ');
    }
    if (isNode(schema.additionalProperties)) {
      return { '*': words(schema.additionalProperties, depth) };
    }
    const types = Array.isArray(type) ? type : [type ?? 'any'];
    return types.map((word) => (word === 'file' ? 'string' : String(word))).join(' | ');
  }

  function objectOf(schema: Node, properties: Record<string, Node>, depth: number): Shape {
    const required = [schema, ...nodesIn(schema, 'allOf').map(resolve)].flatMap(
      ({ required: names }) => (Array.isArray(names) ? names : []),
    );
    return Object.fromEntries(
      Object.entries(properties).map(([name, member]) => [
        required.includes(name) ? name : `${name}?`,
        words(member, depth),
      ]),
    );
  }

  function operationOf(name: string): Operation {
    const [method = '', path = ''] = name.split(' ');
    const paths = nodeIn(document, 'paths');
    const found = Object.keys(paths).find((each) => sameRoute(each, path));
    const item = nodeIn(paths, found ?? '');
    const operation = nodeIn(item, method.toLowerCase());
    if (Object.keys(operation).length === 0) throw new Error(`the document has no ${name}`);
    const parameters = [...nodesIn(item, 'parameters'), ...nodesIn(operation, 'parameters')].map(
      resolve,
    );
    const placed = (...places: readonly string[]) =>
      Object.fromEntries(
        parameters
          .filter((each) => places.includes(String(each.in)))
          // A token in a query or a form is a way in that nobody of ours takes.
          .filter((each) => each.name !== 'access_token' || found?.includes('/applications/'))
          .map((each) => [
            each.required === true ? String(each.name) : `${each.name}?`,
            words(isNode(each.schema) ? each.schema : each, 0),
          ]),
      );
    const body = bodyOf(operation, parameters, placed('formData'));
    const answers = Object.entries(nodeIn(operation, 'responses')).map(([status, response]) => [
      status,
      isNode(response) ? answerOf(resolve(response)) : 'any',
    ]);
    return {
      ...{ query: placed('query') },
      ...(body === undefined ? {} : { body }),
      answers: Object.fromEntries(answers),
    };
  }

  function bodyOf(operation: Node, parameters: readonly Node[], form: Shape): Shape | undefined {
    const content = nodeIn(
      nodeIn(resolve(nodeIn(operation, 'requestBody')), 'content'),
      'application/json',
    );
    const [inBody] = parameters.filter((each) => each.in === 'body');
    const schema = isNode(content.schema) ? content.schema : inBody && nodeIn(inBody, 'schema');
    if (schema !== undefined) return words(schema, 0);
    return Object.keys(form).length > 0 ? form : undefined;
  }

  function answerOf(response: Node): Shape {
    const content = nodeIn(nodeIn(response, 'content'), 'application/json');
    const schema = isNode(content.schema) ? content.schema : nodeIn(response, 'schema');
    return Object.keys(schema).length === 0 ? 'any' : words(schema, 0);
  }

  const found = operations.map((name) => [name, operationOf(name)] as const);
  return { source, operations: Object.fromEntries(found), shapes };
}

function sameRoute(one: string, other: string): boolean {
  const bare = (path: string) =>
    path.replace(/^\/(api\/v4|v5)(?=\/)/, '').replace(/\{\w+\}/g, '{}');
  return bare(one) === bare(other);
}

function orNull(shape: Shape, { nullable, 'x-nullable': too }: Node): Shape {
  if (nullable !== true && too !== true) return shape;
  return either([shape, 'null']);
}

/** Several shapes as one; where they are no words, whatever. */
function either(shapes: readonly Shape[]): Shape {
  const all = shapes.map((shape) =>
    typeof shape === 'string' ? shape : isList(shape) ? 'object' : 'object',
  );
  return [...new Set(all)].join(' | ');
}
