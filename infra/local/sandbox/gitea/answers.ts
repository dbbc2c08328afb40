import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { ContentfulStatusCode } from 'hono/utils/http-status';
import type { Host } from '../host.ts';
import { refuse } from '../reply.ts';

/** What a real Gitea said, recorded by `test/gitea/record.ts` and compared with it in `test:gitea`. */
interface Recorded {
  readonly status: ContentfulStatusCode;
  readonly body: unknown;
}

const file = join(import.meta.dirname, 'answers.json');
/** Where the recorded server says it is. */
const origin = 'http://gitea.example';

let kept: Readonly<Record<string, Recorded>> | undefined;

/**
 * The recorded answer of that name, said by this host. `words` replace those of the recording, one
 * for one.
 *
 * @throws Error when nothing of that name was recorded.
 */
export function recorded(
  host: Host,
  name: string,
  words: Readonly<Record<string, string>> = {},
): Recorded {
  kept ??= JSON.parse(readFileSync(file, 'utf8')) as Record<string, Recorded>; // record.ts wrote it
  const found = kept[name];
  if (found === undefined) throw new Error(`no answer ${name}: node test/gitea/record.ts`);
  const all = { [origin]: host.settings.webUrl, ...words };
  const text = JSON.stringify(found.body ?? null, (_, value: unknown) =>
    typeof value === 'string' ? replaced(value, all) : value,
  );
  return { status: found.status, body: JSON.parse(text) };
}

function replaced(text: string, words: Readonly<Record<string, string>>): string {
  return Object.entries(words).reduce((said, [from, to]) => said.replaceAll(from, to), text);
}

/** As {@link recorded}, for a body that is an object. */
export function recordedFields(host: Host, name: string): Readonly<Record<string, unknown>> {
  return Object(recorded(host, name).body);
}

/** Ends the request with the recorded refusal of that name. */
export function refuseAs(
  host: Host,
  name: string,
  words: Readonly<Record<string, string>> = {},
): never {
  const { status, body } = recorded(host, name, words);
  refuse(status, body);
}
