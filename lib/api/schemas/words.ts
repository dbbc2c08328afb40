import * as z from 'zod/mini';
import { defined } from '../../primitives/defined.ts';

/** A schema with its own name in the description. */
export function named<Schema extends z.ZodMiniType>(
  id: string,
  schema: Schema,
  description?: string,
): Schema {
  z.globalRegistry.add(schema, { id, ...defined({ description }) });
  return schema;
}

/** A schema with words of its own, where it stands. */
export function says<Schema extends z.ZodMiniType>(description: string, schema: Schema): Schema {
  // A copy: the same schema can mean something else elsewhere.
  const own = z.clone(schema);
  z.globalRegistry.add(own, { description });
  return own;
}

/**
 * A word of which these are known. Another version of the deployment can have written it, and a later one
 * can add to them: readers take others too, and a closed list would break their clients.
 */
export function openWord(known: readonly string[], meaning: string) {
  const list = known.map((word) => `\`${word}\``).join(', ');
  return says(`${meaning} Known are ${list}; take others as they come.`, z.string());
}

/** RFC 3339, UTC. */
export const time = () => z.iso.datetime();

/** What is sent as that schema says. */
export type Sent<Schema extends z.ZodMiniType> = DeepReadonly<z.output<Schema>>;

type DeepReadonly<T> = T extends object
  ? { readonly [Member in keyof T]: DeepReadonly<T[Member]> }
  : T;

/** One page of a list. */
export function pageOf<Item extends z.ZodMiniType>(id: string, item: Item) {
  return named(
    id,
    z.strictObject({
      items: z.array(item),
      next: z.exactOptional(
        says(
          'Hand it back as `cursor` for the page behind this one; missing on the last.',
          z.string(),
        ),
      ),
    }),
  );
}
