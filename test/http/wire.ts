import { request } from 'node:http';
import { text } from 'node:stream/consumers';

/** An answer as it came over the wire. */
export interface RawAnswer {
  readonly status: number;
  readonly headers: NodeJS.Dict<string | string[]>;
  readonly body: string;
}

/** Sends path and headers exactly as given, which `fetch` would clean up or refuse. */
export function sendRaw(
  base: string,
  options: {
    readonly method?: string;
    readonly path: string;
    readonly headers?: Readonly<Record<string, string>>;
    readonly body?: string;
  },
): Promise<RawAnswer> {
  const { method = 'GET', path, headers = {}, body } = options;
  return new Promise((resolve, reject) => {
    const sent = request(base, { method, path, headers }, async (answer) =>
      resolve({
        status: answer.statusCode ?? 0,
        headers: answer.headers,
        body: await text(answer),
      }),
    );
    sent.on('error', reject);
    sent.end(body);
  });
}
