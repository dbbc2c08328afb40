import fc from 'fast-check';
import { expect, test } from 'vitest';
import { contrast, inkOn, readableOn, surface } from '../../../lib/page/colours.ts';

const colour = fc
  .integer({ min: 0, max: 0xffffff })
  .map((value) => `#${value.toString(16).padStart(6, '0')}`);

test('given any accent colour, when it is used for links and buttons, then both can be read in light and dark', () => {
  fc.assert(
    fc.property(colour, (accent) => {
      const button = surface(accent);
      expect(contrast(button, inkOn(button))).toBeGreaterThanOrEqual(4.5);
      for (const paper of ['#ffffff', '#f3f5f9', '#171b23', '#222835']) {
        expect(contrast(readableOn(paper, accent), paper)).toBeGreaterThanOrEqual(4.5);
      }
    }),
    { numRuns: 300 },
  );
});

test('given a colour that can be read as it is, when asked for, then it is left alone', () => {
  expect(readableOn('#ffffff', '#3451d1')).toBe('#3451d1');
  expect(surface('#3451d1')).toBe('#3451d1');
});
