import * as z from 'zod/mini';
import { addStatedRules } from './rules.ts';

/** A JSON Schema as it stands in the description. */
export type JsonSchema = { [member: string]: unknown };

/** What is told of a schema's parts, by their path: `settings.homepage`, `files[].path`, `files[]|0` of a union. */
export interface Telling {
  readonly words?: Readonly<Record<string, string>>;
  readonly names?: Readonly<Record<string, string>>;
}

/** What the description gathers beside its paths, and refers to. */
export class Components {
  readonly schemas: Record<string, JsonSchema> = {};
  readonly responses: Record<string, JsonSchema> = {};

  /**
   * The schema in JSON Schema 2020-12. What has a name goes to the components and is referred to.
   *
   * @param io - `input`: as it may be sent, with defaults left out; `output`: as it is answered.
   * @throws Error for a rule that JSON Schema would be silent about.
   */
  schema(schema: z.ZodMiniType, io: 'input' | 'output', telling: Telling = {}): JsonSchema {
    const {
      $schema: _,
      $defs = {},
      ...written
    } = z.toJSONSchema(schema, {
      io,
      metadata: registryOf(schema, telling),
      override: ({ zodSchema, jsonSchema, path }) => {
        addStatedRules(zodSchema, jsonSchema, path);
        leaveOutNoise(jsonSchema);
        // A reader must take members that it does not know yet; what is sent is held to its schema by tests.
        if (io === 'output' && jsonSchema.additionalProperties === false) {
          delete jsonSchema.additionalProperties;
        }
      },
    });
    for (const [name, { id: _id, ...definition }] of Object.entries($defs)) {
      this.#add(this.schemas, name, relocated(definition));
    }
    return relocated(written);
  }

  /** The members of an object, and which of them must be there. */
  members(schema: z.ZodMiniObject) {
    return membersSchema.parse(this.schema(schema, 'input'));
  }

  response(name: string, response: JsonSchema): JsonSchema {
    this.#add(this.responses, name, response);
    return { $ref: `#/components/responses/${name}` };
  }

  #add(place: Record<string, JsonSchema>, name: string, part: JsonSchema): void {
    const known = place[name];
    if (known !== undefined && JSON.stringify(known) !== JSON.stringify(part)) {
      throw new Error(`two parts are named ${name}`);
    }
    place[name] = part;
  }
}

const membersSchema = z.object({
  properties: z.record(z.string(), z.record(z.string(), z.unknown())),
  required: z._default(z.array(z.string()), []),
});

/** What the schemas' own files say, and `telling` besides. */
function registryOf(schema: z.ZodMiniType, { words = {}, names = {} }: Telling) {
  const registry = z.registry<{ id?: string; description?: string }>();
  const used = new Set<string>();
  const visit = (part: z.core.$ZodType, path: string): void => {
    const layers = layersOf(part);
    const inner = layers.at(-1) ?? part;
    const told = { description: words[path], id: names[path] };
    const own = layers.map((layer) => z.globalRegistry.get(layer));
    // A description stands where the member does; the name belongs to the schema inside.
    const { description, id } = meta.parse(Object.assign(told, ...own));
    used.add(path);
    if (description !== undefined) registry.add(part, { description });
    if (id !== undefined) registry.add(inner, { ...registry.get(inner), id });
    for (const [step, child] of childrenOf(inner)) {
      visit(child, /^\W/.test(step) || path === '' ? path + step : `${path}.${step}`);
    }
  };
  visit(schema, '');
  const unknown = [...Object.keys(words), ...Object.keys(names)].find((path) => !used.has(path));
  if (unknown !== undefined) throw new Error(`nothing stands at ${unknown}`);
  return registry;
}

const meta = z.object({ id: z.optional(z.string()), description: z.optional(z.string()) });

/** The schema and those it wraps: what is optional, or has a default. */
function layersOf(schema: z.core.$ZodType): readonly z.core.$ZodType[] {
  const { def } = (schema as z.core.$ZodTypes)._zod; // every schema is of one of zod's own types
  return 'innerType' in def ? [schema, ...layersOf(def.innerType)] : [schema];
}

function childrenOf(schema: z.core.$ZodType): readonly (readonly [string, z.core.$ZodType])[] {
  const { def } = (schema as z.core.$ZodTypes)._zod; // as above
  if (def.type === 'object') return Object.entries(def.shape);
  if (def.type === 'array') return [['[]', def.element]];
  if (def.type === 'record') return [['[]', def.valueType]];
  if (def.type === 'union') return def.options.map((option, index) => [`|${index}`, option]);
  return [];
}

/** What says nothing to a reader: the largest number of JavaScript, the pattern of a known format. */
function leaveOutNoise(json: JsonSchema): void {
  if (json.maximum === Number.MAX_SAFE_INTEGER) delete json.maximum;
  if (json.minimum === Number.MIN_SAFE_INTEGER) delete json.minimum;
  if (json.format === 'date-time' || json.contentEncoding !== undefined) delete json.pattern;
  if (json.format === json.contentEncoding) delete json.format;
  if (typeof json.additionalProperties === 'object' && isEmpty(json.additionalProperties)) {
    json.additionalProperties = true;
  }
  if (json.type === 'object' && isEmpty(json.properties)) delete json.properties;
}

function isEmpty(value: unknown): boolean {
  return typeof value === 'object' && value !== null && Object.keys(value).length === 0;
}

/** The same with references to the components. */
function relocated(schema: object): JsonSchema {
  return JSON.parse(
    JSON.stringify(schema, (key, value: unknown) =>
      key === '$ref' && typeof value === 'string'
        ? value.replace('#/$defs/', '#/components/schemas/')
        : value,
    ),
  );
}
