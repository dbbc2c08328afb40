import type { Expression, Item, Key, Table } from '../../../lib/storage/table.ts';

/** The one table in memory, with the conditions that lib/operations/store.ts writes. */
export function memoryTable(): Table {
  const items = new Map<string, Item>();
  const place = ({ pk, sk }: Key) => `${pk}\n${sk}`;
  return {
    async get(key) {
      return structuredClone(items.get(place(key)));
    },
    async put(item, condition) {
      if (!holds(items.get(place(item)), condition)) return false;
      items.set(place(item), structuredClone(item));
      return true;
    },
    update: () => Promise.reject(new Error('operations are put whole')),
    async delete(key, condition) {
      const standing = items.get(place(key));
      if (standing === undefined || !holds(standing, condition)) return undefined;
      items.delete(place(key));
      return standing;
    },
    async query({ pk, index, skAtMost, limit }) {
      if (index?.name !== 'due') throw new Error('only what is due is looked for');
      const due = [...items.values()]
        .filter(({ dueShard, dueAt }) => dueShard === pk && Number(dueAt) <= Number(skAtMost))
        .sort((one, other) => Number(one.dueAt) - Number(other.dueAt));
      return { items: structuredClone(due.slice(0, limit)) };
    },
  };
}

/** One of `attribute_not_exists(pk)` and `name = :value`, joined by OR. */
function holds(item: Item | undefined, condition: Expression | undefined): boolean {
  if (condition === undefined) return true;
  const { expression, names = {}, values = {} } = condition;
  return expression.split(' OR ').some((term) => {
    if (term === 'attribute_not_exists(pk)') return item === undefined;
    const [name = '', value = ''] = term.split(' = ');
    return item !== undefined && item[names[name] ?? name] === values[value];
  });
}
