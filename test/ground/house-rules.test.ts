import { basename, dirname } from 'node:path';
import { describe, expect, test } from 'vitest';
import { kinds } from '../../lib/providers/provider.ts';
import { sources } from './sources.ts';

const code = '{functions,lib,infra,test}/**/*.{ts,cjs,mjs,yml,py}';

describe('the sources', () => {
  test('given any source, when counted, then it stays under 250 lines, and a test under 400', async () => {
    const files = await sources(code);
    expect(files.length).toBeGreaterThan(150);
    const long = files
      .map(({ path, text }) => [path, text.split('\n').length - 1] as const)
      .filter(([path, lines]) => lines >= (path.startsWith('test/') ? 400 : 250));
    expect(long).toEqual([]);
  });

  test('given any file or folder, when named, then it says what is in it', async () => {
    // A part of a name counts, so `token-utils` does; Secrets Manager is what AWS calls it.
    const vague = /(^|[-._])(utils?|helpers?|commons?|(?<!secrets-)managers?|misc)([-._]|$)/i;
    const names = (await sources(code)).flatMap(({ path }) => [
      basename(path),
      ...dirname(path).split('/'),
    ]);
    expect([...new Set(names)].filter((name) => vague.test(name))).toEqual([]);
  });

  test('given the code outside lib/providers, when searched, then no kind of provider is named in it', async () => {
    const named = new RegExp(`(['"\`])(${kinds.join('|')})\\1|\\.(${kinds.join('|')})\\b`);
    const outside = (await sources('{functions,lib}/**/*.ts')).filter(
      ({ path }) => !path.startsWith('lib/providers/'),
    );
    const found = outside.flatMap(({ path, text }) =>
      text
        .split('\n')
        .flatMap((line, index) => (named.test(line) ? `${path}:${index + 1} ${line.trim()}` : [])),
    );
    expect(found).toEqual([]);
  });

  test('given the bundle, when searched, then only lib/aws/configuration.ts reads the environment', async () => {
    const readers = (await sources('{functions,lib}/**/*.ts')).filter(({ text }) =>
      text.includes('process.env'),
    );
    const reading = readers.filter(({ text }) =>
      /^(?!\s*(\*|\/\/|\/\*)).*process\.env/m.test(text),
    );
    expect(reading.map(({ path }) => path)).toEqual(['lib/aws/configuration.ts']);
  });

  test('given each function, when counted, then it is a schema, one call and a reply', async () => {
    const files = await sources('functions/*.ts');
    expect(files.length).toBeGreaterThan(30);
    const long = files.filter(({ text }) => text.split('\n').length > 60);
    expect(long.map(({ path }) => path)).toEqual([]);
  });

  test('given all sources, when searched, then nothing is left for later, and nothing is silenced in what is deployed', async () => {
    const left = /\b(TOD[O]|FIXM[E]|XX[X])\b|@ts-(ignor[e]|nochec[k])/;
    const silenced = /biome-ignore|@ts-expect-error/;
    const found = (await sources(code)).filter(
      ({ path, text }) => left.test(text) || (/^(functions|lib)/.test(path) && silenced.test(text)),
    );
    expect(found.map(({ path }) => path)).toEqual([]);
  });
});
