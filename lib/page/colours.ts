/** Red, green and blue, from 0 to 255. */
type Colour = readonly [number, number, number];

const white: Colour = [255, 255, 255];
const ink: Colour = [18, 21, 28];

/** A colour as `#rrggbb`. */
function read(hex: string): Colour {
  const part = (at: number) => Number.parseInt(hex.slice(at, at + 2), 16);
  return [part(1), part(3), part(5)];
}

function write(colour: Colour): string {
  return `#${colour.map((part) => Math.round(part).toString(16).padStart(2, '0')).join('')}`;
}

/** Relative luminance (WCAG 2.2). */
function luminance(colour: Colour): number {
  const [red = 0, green = 0, blue = 0] = colour.map((part) => {
    const share = part / 255;
    return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}

/** From 1 to 21 (WCAG 2.2, "contrast ratio"). */
export function contrast(one: string, other: string): number {
  const [light = 0, dark = 0] = [one, other]
    .map((hex) => luminance(read(hex)))
    .sort((a, b) => b - a);
  return (light + 0.05) / (dark + 0.05);
}

/** What WCAG 2.2 AA asks of text, and a little more. */
const enough = 4.6;
const steps = 20;

/** The colour, brought as near to black or white as it takes to be read on `background`. */
export function readableOn(background: string, colour: string): string {
  const towards = luminance(read(background)) > 0.18 ? ink : white;
  const from = read(colour);
  for (let step = 0; step <= steps; step += 1) {
    const share = step / steps;
    const mixed = write([
      from[0] + (towards[0] - from[0]) * share,
      from[1] + (towards[1] - from[1]) * share,
      from[2] + (towards[2] - from[2]) * share,
    ]);
    if (contrast(mixed, background) >= enough) return mixed;
  }
  return write(towards);
}

/** What is written on a surface of that colour. */
export function inkOn(colour: string): string {
  return contrast(colour, write(white)) >= enough ? write(white) : write(ink);
}

/** A surface of that colour that white or ink can be read on. */
export function surface(colour: string): string {
  const best = Math.max(contrast(colour, write(white)), contrast(colour, write(ink)));
  return best >= enough ? colour : readableOn(write(white), colour);
}
