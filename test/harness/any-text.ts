import fc from 'fast-check';

/**
 * One code point of any kind, lone surrogates included. What fast-check calls `binary` is the same,
 * after a second in which it makes a table of all of them.
 */
export const anyCodePoint = fc
  .oneof(fc.integer({ min: 0, max: 0x7f }), fc.integer({ min: 0, max: 0xffff }), fc.nat(0x10ffff))
  .map((point) => String.fromCodePoint(point));
