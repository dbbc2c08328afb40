import { readFileSync } from 'node:fs';
import { relative, resolve } from 'node:path';
import { type Document, isMap, isNode, LineCounter, parseDocument } from 'yaml';
import { isForgebridgeError } from '../lib/errors.ts';
import { kinds, type ProviderSettings } from '../lib/providers/provider.ts';
import { loadProvider, providersSchema } from '../lib/providers/registry.ts';

/** The providers file of this build: `PROVIDERS_FILE`, or infra/providers.yml. */
export function providersPath(): string {
  return resolve(process.env.PROVIDERS_FILE || resolve(import.meta.dirname, 'providers.yml'));
}

/** What belongs in each place, in words that go behind "write". */
const wanted: Readonly<Record<string, string>> = {
  id: 'an id: a lower-case letter, then letters, digits or hyphens, 32 at most',
  kind: `one of ${kinds.join(', ')}`,
  name: 'the name that people read',
  flavour: "the host's generation in quotes, such as '2023'",
  webUrl: 'an address that begins with https:// (or http://), without a slash at its end',
  apiUrl: 'an address that begins with https:// (or http://), without a slash at its end',
  clientId: "the app's client id as text, or '' while there is none",
  scopes: 'a list of words, such as [api], or []',
  sendsIssuer: 'true or false',
  appId: "the app's id in quotes",
  appSlug: "the app's name in its address",
  disabled: 'true or false',
};

type Path = readonly PropertyKey[];

interface Mistake {
  readonly path: Path;
  readonly problem: string;
}

/**
 * The providers of a file, checked as a whole before anything is made of it.
 *
 * @throws Error with a line for each mistake: file, line, place, and what to write there.
 */
export async function readProviders(file = providersPath()): Promise<readonly ProviderSettings[]> {
  const lines = new LineCounter();
  const document = parseDocument(textOf(file), { lineCounter: lines });
  const [unreadable] = document.errors;
  if (unreadable !== undefined) {
    throw wrong(file, [[lines.linePos(unreadable.pos[0]).line, firstLine(unreadable.message)]]);
  }
  const content: unknown = document.toJS();
  const parsed = providersSchema.safeParse(content);
  const mistakes = parsed.success
    ? [...sameIds(parsed.data), ...(await refusedByClients(parsed.data))]
    : parsed.error.issues.flatMap(mistakesOf);
  if (!parsed.success || mistakes.length > 0) {
    const lineAt = (path: Path) => lines.linePos(offsetOf(document, path)).line;
    const told = mistakes.map(
      ({ path, problem }) => [lineAt(path), `${placeOf(content, path)}${problem}`] as const,
    );
    throw wrong(
      file,
      told.toSorted(([one], [other]) => one - other),
    );
  }
  return parsed.data;
}

function textOf(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    throw new Error(`${nameOf(file)} cannot be read: PROVIDERS_FILE names the providers file`);
  }
}

const nameOf = (file: string) => relative('', file) || file;
const firstLine = (text: string) => text.split('\n')[0]?.replace(/:$/, '') ?? '';

function wrong(file: string, told: readonly (readonly [line: number, words: string])[]): Error {
  const error = new Error(
    told.map(([line, words]) => `${nameOf(file)}:${line}: ${words}`).join('\n'),
  );
  // The file is at fault and no place in the code; the framework prints what it finds here.
  error.stack = error.message;
  return error;
}

/** `github.webUrl: `; a provider is named by its id, or counted where it has none. */
function placeOf(content: unknown, [index, ...below]: Path): string {
  if (index === undefined) return '';
  const entry: unknown = Object(content)[index];
  const { id } = Object(entry) as { id?: unknown }; // any shape
  const name = typeof id === 'string' && id !== '' ? id : `provider ${Number(index) + 1}`;
  return `${[name, ...below.map(String)].join('.')}: `;
}

interface Issue {
  readonly code: string;
  readonly path: Path;
  readonly keys?: readonly string[];
}

function mistakesOf(issue: Issue): Mistake[] {
  const { path, keys } = issue;
  const setting = path[1];
  if (keys !== undefined) {
    return keys.map((key) => ({
      path: [...path, key],
      problem: `there is no such setting${nearest(key)}`,
    }));
  }
  if (path.length === 0) return [{ path, problem: 'write a list of providers, each behind "- "' }];
  if (setting === undefined) {
    return [
      { path, problem: `write a provider with the settings ${Object.keys(wanted).join(', ')}` },
    ];
  }
  return [{ path, problem: `write ${wanted[String(setting)] ?? 'something else'}` }];
}

/** The setting that was probably meant: the same letters, whatever their case and marks. */
function nearest(key: string): string {
  const plain = (word: string) => word.toLowerCase().replace(/[^a-z]/g, '');
  const meant = Object.keys(wanted).find((name) => plain(name) === plain(key));
  return meant === undefined
    ? `: take it out, or write one of ${Object.keys(wanted).join(', ')}`
    : `: write ${meant}`;
}

/** Ids that are the same, or would give two secrets the same name in the template (`a-1`, `a1`). */
function sameIds(providers: readonly ProviderSettings[]): Mistake[] {
  return providers.flatMap(({ id }, index) => {
    const before = providers.slice(0, index).map((other) => other.id);
    const like = before.find((other) => logicalName(other) === logicalName(id));
    if (like === undefined) return [];
    const why = before.includes(id) ? 'another provider has it' : `it is too like ${like}`;
    return [{ path: [index, 'id'], problem: `write an id of its own: ${why}` }];
  });
}

/** What a provider's resources begin with in the template: `gitlab-acme` makes `GitlabAcme`. */
export function logicalName(id: string): string {
  return id.replace(/(?:^|-)([a-z0-9])/g, (_, letter: string) => letter.toUpperCase());
}

/** What only the client of a kind knows, such as its flavours. */
async function refusedByClients(providers: readonly ProviderSettings[]): Promise<Mistake[]> {
  const refused = providers.map(async (settings, index): Promise<Mistake[]> => {
    try {
      const nobody = () => Promise.reject(new Error('nobody is asked'));
      await loadProvider({ settings, fetch: nobody, clientSecrets: nobody, now: () => 0 });
      return [];
    } catch (error) {
      if (!isForgebridgeError(error)) throw error;
      const { reason, remedy } = error.details;
      const path = reason === 'unknown_flavour' ? [index, 'flavour'] : [index];
      return [{ path, problem: remedy ?? error.message }];
    }
  });
  return (await Promise.all(refused)).flat();
}

/** Where a place is written, or else the nearest one around it that is. */
function offsetOf(document: Document, path: Path): number {
  for (let length = path.length; length > 0; length -= 1) {
    const around: unknown = document.getIn(path.slice(0, length - 1), true) ?? document.contents;
    const key = path[length - 1];
    const pair = isMap(around)
      ? around.items.find((each) => String(isNode(each.key) ? each.key.toJSON() : each.key) === key)
      : undefined;
    const found: unknown = pair?.key ?? document.getIn(path.slice(0, length), true);
    if (isNode(found) && found.range) return found.range[0];
  }
  return 0;
}
