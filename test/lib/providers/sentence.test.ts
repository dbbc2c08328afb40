import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { sentenceOf, textsIn } from '../../../lib/providers/sentence.ts';
import { anyCodePoint } from '../../harness/any-text.ts';

describe('error bodies', () => {
  const shapes: [string, (text: string) => unknown][] = [
    ['message', (text) => ({ message: text })],
    ['messages', (text) => ({ messages: ['first', text] })],
    ['an error object', (text) => ({ error: { base: [text] } })],
    ['error_message', (text) => ({ error_code: 400, error_message: text })],
    ['plain text', (text) => text],
  ];

  test.each(shapes)('given any text as %s, when read, then it is found', (_, shape) => {
    fc.assert(
      fc.property(fc.string({ maxLength: 200 }), (text) => {
        expect(textsIn(shape(text))).toContain(text);
      }),
    );
  });

  test('given any JSON at all, when read, then there is a short text and no exception', () => {
    fc.assert(
      fc.property(fc.jsonValue({ maxDepth: 8 }), (body) => {
        expect(textsIn(body).length).toBeLessThanOrEqual(2_000);
      }),
    );
  });

  test('given JSON nested 100,000 deep, when read, then it ends', () => {
    const body: unknown = JSON.parse(`${'['.repeat(1e5)}${']'.repeat(1e5)}`);

    expect(textsIn(body)).toBe('');
  });

  const token = 'access-0123456789';

  test.each([
    ['our own token', `Access token ${token} does not exist`, token],
    ['a token of any kind', 'Bad token ghu_16C7e42F292c6912E7710c838347Ae178B4a', '16C7e42F292c'],
    ['an address with a query', 'See https://host.example/a?access_token=abc', 'access_token'],
    ['an address with a password', 'See https://me:secret@host.example/a', 'secret'],
    ['a mail address', 'Ask ann.lee@corp.example about it', 'ann.lee'],
    ['a control character', 'one\u0000two\u202ethree', '\u202e'],
    ['markup', 'Ask <script>x</script>', '<script>'],
  ])(
    'given a refusal with %s in it, when its sentence is told, then it is not',
    (_, said, secret) => {
      expect(sentenceOf(said, [token])).not.toContain(secret);
    },
  );

  test('given any text, when its sentence is told, then it is short, in one line, and without the secret', () => {
    fc.assert(
      fc.property(
        fc.string({ unit: anyCodePoint, maxLength: 500 }),
        fc.string({ minLength: 8, maxLength: 30 }),
        (said, secret) => {
          const sentence = sentenceOf(`${said}${secret}${said}`, [secret]);
          expect(sentence.length).toBeLessThanOrEqual(200);
          expect(sentence).not.toMatch(/[\p{Cc}\p{Cf}]/u);
          expect(sentence.includes(secret)).toBe(false);
        },
      ),
    );
  });
});
