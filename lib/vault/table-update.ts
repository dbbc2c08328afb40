import type { Expression, Item, Table } from '../storage/table.ts';
import { type ConnectionRef, connectionKey } from './connection.ts';
import { type ConnectionRecord, parseRecord } from './record.ts';

interface Change {
  /** New values; an undefined one removes its attribute. */
  readonly set: Item;
  readonly condition: string;
  readonly values: Item;
}

/** One conditional update. The record after it; undefined when the condition did not hold. */
export async function update(
  table: Table,
  ref: ConnectionRef,
  { set, condition, values }: Change,
): Promise<ConnectionRecord | undefined> {
  const kept = Object.keys(set).filter((name) => set[name] !== undefined);
  const gone = Object.keys(set).filter((name) => set[name] === undefined);
  const parts = [
    kept.length > 0 ? `SET ${kept.map((name) => `#${name} = :${name}`).join(', ')}` : '',
    gone.length > 0 ? `REMOVE ${gone.map((name) => `#${name}`).join(', ')}` : '',
  ];
  const change = parts.join(' ');
  const { names } = expression(`${change} ${condition}`, {});
  const newValues = Object.fromEntries(kept.map((name) => [`:${name}`, set[name]]));
  const item = await table.update(
    connectionKey(ref),
    { expression: change, names, values: { ...newValues, ...values } },
    condition,
  );
  return item && parseRecord(item);
}

/** Every `#name` of an expression stands for the attribute `name`, reserved word or not. */
export function expression(text: string, values: Item) {
  const names = Object.fromEntries(
    (text.match(/#\w+/g) ?? []).map((name) => [name, name.slice(1)]),
  );
  const used = Object.keys(values).length > 0 ? { values } : {};
  return { expression: text, names, ...used } satisfies Expression;
}
