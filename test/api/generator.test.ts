import { describe, expect, test } from 'vitest';
import * as z from 'zod/mini';
import { Components } from '../../infra/openapi/schemas.ts';
import { maxProperties } from '../../lib/api/rules.ts';

const write = (schema: z.ZodMiniType) => new Components().schema(schema, 'input');
const text = z.string();

describe('the generator', () => {
  test.each([
    ['a refinement', text.check(z.refine((value) => value !== 'no'))],
    ['a refinement of several issues', text.check(z.superRefine(() => {}))],
    ['a transform', z.pipe(text, z.transform(Number))],
    ['text that is trimmed', text.check(z.trim())],
    ['a type of our own', z.custom<string>((value) => value === 'yes')],
    ['a pattern that ignores case', text.check(z.regex(/^a$/i))],
    ['a URL of one protocol', z.url({ protocol: /^https$/ })],
    ['a URL whose form a pattern replaced', z.url().check(z.regex(/^https/))],
    ['a format that it does not know', z.emoji()],
    ['the size of a set', z.set(text).check(z.maxSize(1))],
  ])('given %s, when written, then it is refused: readers would not hear of it', (_, schema) => {
    expect(() => write(z.strictObject({ deep: z.array(schema) }))).toThrow(
      /silent about|cannot be represented/,
    );
  });

  test('given a rule that states its JSON Schema, when written, then that is in the description', () => {
    const schema = z.record(text, text).check(maxProperties(3));
    expect(write(schema)).toMatchObject({ type: 'object', maxProperties: 3 });
  });

  test('given a default, when what is sent is written, then the member may be left out', () => {
    const written = write(z.strictObject({ a: z._default(text, 'x'), b: text }));
    expect(written).toMatchObject({ required: ['b'], additionalProperties: false });
  });

  test('given a reply, when written, then a member that comes later is no surprise', () => {
    const written = new Components().schema(z.strictObject({ a: text }), 'output');
    expect(written).not.toHaveProperty('additionalProperties');
  });

  test('given words for a member that is not there, when written, then that is refused', () => {
    const telling = { words: { nmae: 'A name.' } };
    expect(() => new Components().schema(z.strictObject({ name: text }), 'input', telling)).toThrow(
      'nothing stands at nmae',
    );
  });

  test('given two schemas of one name, when written, then that is refused', () => {
    const components = new Components();
    const names = { a: 'Thing' };
    components.schema(z.strictObject({ a: z.enum(['x']) }), 'input', { names });
    expect(() =>
      components.schema(z.strictObject({ a: z.enum(['y']) }), 'input', { names }),
    ).toThrow('Thing');
  });
});
