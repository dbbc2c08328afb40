/** Virtual time, in milliseconds from 0. Nothing waits in earnest. */
export interface Scheduler {
  now(): number;
  /** Acts once that time has come; what falls on the same time happens in the order of asking. */
  at(time: number, act: () => void): void;
  sleep(milliseconds: number): Promise<void>;
  /** Lets everything happen, until nothing is left to come. */
  run(): Promise<void>;
}

interface Entry {
  readonly time: number;
  readonly act: () => void;
}

/**
 * A scheduler whose runs repeat exactly. After each entry all promise reactions are let run out
 * before the next entry: the code under test has no other source of asynchrony, so the order of
 * everything follows from the entries alone.
 */
export function scheduler(): Scheduler {
  const entries: Entry[] = [];
  let time = 0;

  function at(due: number, act: () => void): void {
    const entry = { time: Math.max(due, time), act };
    let place = entries.length;
    // Soonest last; among equals the first to ask is nearest to the end.
    while (place > 0 && (entries[place - 1]?.time ?? 0) <= entry.time) place -= 1;
    entries.splice(place, 0, entry);
  }

  return {
    now: () => time,
    at,
    sleep: (milliseconds) => new Promise((resolve) => at(time + milliseconds, resolve)),
    async run() {
      for (let next = entries.pop(); next !== undefined; next = entries.pop()) {
        time = next.time;
        next.act();
        await reactions();
      }
    },
  };
}

/** An immediate comes only when no promise reaction is waiting. */
function reactions(): Promise<void> {
  return new Promise((resolve) => void setImmediate(resolve));
}
