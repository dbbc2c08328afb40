/** Values kept in one container's memory, each for a time; the oldest leaves when there are too many. */
export interface Kept<Value> {
  get(name: string, now: number): Value | undefined;
  set(name: string, value: Value, now: number): Value;
  delete(name: string): void;
}

/** @param life - milliseconds that a value is good for. */
export function kept<Value>(life: number, most = 1_000): Kept<Value> {
  const values = new Map<string, { readonly value: Value; readonly until: number }>();
  return {
    get(name, now) {
      const known = values.get(name);
      if (known !== undefined && now < known.until) return known.value;
      values.delete(name);
      return undefined;
    },
    set(name, value, now) {
      values.delete(name);
      values.set(name, { value, until: now + life });
      const oldest = values.size > most ? values.keys().next().value : undefined;
      if (oldest !== undefined) values.delete(oldest);
      return value;
    },
    delete: (name) => void values.delete(name),
  };
}
