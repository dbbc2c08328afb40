import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { epochOf } from '../../../lib/primitives/time.ts';

const zones = fc.integer({ min: -12 * 60, max: 14 * 60 });

function inZone(instant: number, minutes: number): string {
  const local = new Date(instant + minutes * 60_000).toISOString().slice(0, -1);
  const size = Math.abs(minutes);
  const two = (part: number) => String(part).padStart(2, '0');
  return `${local}${minutes < 0 ? '-' : '+'}${two(Math.floor(size / 60))}:${two(size % 60)}`;
}

describe('instants', () => {
  test('given any instant written in any zone, when read, then it is that instant', () => {
    const instants = fc.integer({ min: 0, max: Date.parse('2100-01-01T00:00:00Z') });
    fc.assert(
      fc.property(instants, zones, (instant, zone) => {
        expect(epochOf(inZone(instant, zone))).toBe(instant);
      }),
    );
  });

  test('given an instant without a zone, when read, then it is not guessed', () => {
    expect(epochOf('2023-05-07T04:02:40.758')).toBeUndefined();
  });

  test('given anything at all, when read as an instant, then it is a number or undefined', () => {
    fc.assert(
      fc.property(fc.oneof(fc.anything(), fc.string()), (value) => {
        const instant = epochOf(value);
        expect(instant === undefined || Number.isFinite(instant)).toBe(true);
      }),
    );
  });
});
