import { readFileSync } from 'node:fs';
import { registerHooks } from 'node:module';
import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { creationGuards } from './creation/guards.ts';
import { type Edit, type Guard, guards } from './guards.ts';

const root = resolve(import.meta.dirname, '../..');

/**
 * The text of a file without a guard.
 *
 * @throws Error when its code is not there, or more than once: the guard has moved.
 */
export function edited({ file, code, without }: Edit): string {
  const [before, after, ...more] = readFileSync(resolve(root, file), 'utf8').split(code);
  if (before === undefined || after === undefined || more.length > 0) {
    throw new Error(`${file} does not have this once: ${code}`);
  }
  return before + without + after;
}

/** From here on this process loads the code of that guard's file without it. */
export function removeGuard(name: string): void {
  const all: Readonly<Record<string, Pick<Guard, 'edits'>>> = { ...guards, ...creationGuards };
  const guard = Object.hasOwn(all, name) ? all[name] : undefined;
  if (guard === undefined) {
    throw new Error(`No guard is named ${name}. There are: ${Object.keys(all).join(', ')}.`);
  }
  loadEdited(guard.edits);
}

/** From here on this process loads those files with other code. */
export function loadEdited(edits: readonly Edit[]): void {
  const sources = new Map(
    edits.map((edit) => [pathToFileURL(resolve(root, edit.file)).href, edited(edit)]),
  );
  registerHooks({
    load(url, context, next) {
      const source = sources.get(url);
      const loaded = next(url, context);
      return source === undefined ? loaded : { ...loaded, source };
    },
  });
}
