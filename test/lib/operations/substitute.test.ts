import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { substitute } from '../../../lib/operations/substitute.ts';
import { processorTime } from '../../harness/processor-time.ts';

const values = new Map([
  ['name', 'mine'],
  ['owner', 'team'],
  ['evil', '{{name}} $& $1'],
]);

function fill(text: string): string {
  return substitute([{ path: 'a', text }], values, 1_000_000)[0]?.bytes.toString('utf8') ?? '';
}

describe('substitution', () => {
  test.each([
    ['{{name}} by {{owner}}', 'mine by team'],
    ['{{name}}{{name}}', 'minemine'],
    ['{{{{name}}', '{{name}}'],
    ['{{{{', '{{'],
    // biome-ignore lint/suspicious/noTemplateCurlyInString: an expression of a CI file
    ['run: ${{ secrets.KEY }} ${{name}}', 'run: ${{ secrets.KEY }} ${{name}}'],
    ['{{ .Values.image }} {{ name }} {{#each x}}', '{{ .Values.image }} {{ name }} {{#each x}}'],
    ['{{evil}}', '{{name}} $& $1'],
    ['{name} }} {{', '{name} }} {{'],
  ])('given %j, when filled, then it is %j', (text, filled) => {
    expect(fill(text)).toBe(filled);
  });

  test('given an unknown placeholder, when filled, then the file and the placeholder are named', () => {
    const files = [
      { path: 'a', text: 'fine' },
      { path: 'b', text: '{{nmae}}' },
    ];
    expect(() => substitute(files, values, 1_000)).toThrow(
      expect.objectContaining({
        code: 'InvalidInput',
        details: {
          fields: [{ field: 'files.1.text', problem: expect.stringContaining('{{nmae}}') }],
        },
      }),
    );
  });

  test.each(['__proto__', 'constructor', 'toString'])(
    'given {{%s}}, when filled, then it is unknown',
    (name) => {
      expect(() => fill(`{{${name}}}`)).toThrow(expect.objectContaining({ code: 'InvalidInput' }));
    },
  );

  test('given bytes, when filled, then they stay as they are', () => {
    fc.assert(
      fc.property(fc.uint8Array(), (bytes) => {
        const base64 = Buffer.from(bytes).toString('base64');
        expect(substitute([{ path: 'a', base64 }], values, 1_000_000)[0]?.bytes).toEqual(
          Buffer.from(bytes),
        );
      }),
    );
  });

  test('given a small template that would grow huge, when filled, then it is refused before it has grown', () => {
    const grows = new Map([['a', 'x'.repeat(4_096)]]);
    const text = '{{a}}'.repeat(60_000);
    const before = process.memoryUsage().rss;
    expect(() => substitute([{ path: 'a', text }], grows, 256 * 1024)).toThrow(
      expect.objectContaining({ code: 'InvalidInput' }),
    );
    expect(process.memoryUsage().rss - before).toBeLessThan(64 * 1024 * 1024);
  });

  test.each([
    ['bytes', { path: 'a', base64: Buffer.alloc(11).toString('base64') }],
    ['text', { path: 'a', text: 'x'.repeat(11) }],
    ['filled text', { path: 'a', text: '{{name}}{{owner}}xxx' }],
  ])('given %s one byte over the limit, when filled, then it is refused', (_, file) => {
    expect(() => substitute([file], values, 10)).toThrow(/not valid/);
    expect(substitute([file], values, 11)).toHaveLength(1);
  });

  test('given any text with its braces doubled, when filled, then the text comes out', () => {
    const text = fc.stringMatching(/^(?:[ab ]|\{\{){0,20}$/);
    fc.assert(
      fc.property(text, (plain) => {
        expect(fill(plain.replaceAll('{{', '{{{{'))).toBe(plain);
      }),
    );
  });

  test('given 50 KB of braces, when filled, then it takes no time to speak of', async () => {
    const taken = await processorTime(() => {
      for (const part of ['{', '{{a', '${{', '{{{{a}}']) fill(part.repeat(50_000 / part.length));
    });
    expect(taken).toBeLessThan(1_000);
  });
});
