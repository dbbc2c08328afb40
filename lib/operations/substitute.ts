import { ForgebridgeError, type InvalidField } from '../errors.ts';

/** One seeded file as requested: text, in which placeholders are filled, or else base64 bytes. */
export interface RequestedFile {
  readonly path: string;
  readonly text?: string;
  readonly base64?: string;
}

/** `${{` (an expression of some CI), `{{{{` (an escape), or a placeholder. Linear: no part overlaps. */
const mark = /\$\{\{|\{\{\{\{|\{\{([A-Za-z_]\w{0,63})\}\}/g;

/**
 * Fills `{{name}}` placeholders in the text files. `{{{{` stands for `{{`; `${{ … }}` and braces
 * around anything but a bare name (letters, digits, `_`) stay as they are. Values are put in as
 * they are and not looked through again. Answers the files' bytes.
 *
 * @throws ForgebridgeError `InvalidInput` naming each file and its unknown placeholder.
 */
export function substitute(
  files: readonly RequestedFile[],
  values: ReadonlyMap<string, string>,
  longest: number,
): { path: string; bytes: Buffer }[] {
  const unknown: InvalidField[] = [];
  let putIn = 0;
  const put = (value: string) => {
    putIn += Buffer.byteLength(value);
    if (putIn > longest) throw tooLong(longest);
    return value;
  };
  const filled = files.map((file, index) => {
    const { path, text: template = '', base64 } = file;
    if (base64 !== undefined) return { path, bytes: Buffer.from(base64, 'base64') };
    const text = template.replace(mark, (whole, name: string | undefined) => {
      if (name === undefined) return whole === '{{{{' ? '{{' : whole;
      const value = values.get(name);
      if (value === undefined)
        unknown.push({ field: `files.${index}.text`, problem: problem(name) });
      return value === undefined ? whole : put(value);
    });
    return { path, bytes: Buffer.from(text, 'utf8') };
  });
  if (unknown.length > 0)
    throw new ForgebridgeError('InvalidInput', { fields: unknown.slice(0, 20) });
  const total = filled.reduce((sum, { bytes }) => sum + bytes.byteLength, 0);
  if (total > longest) throw tooLong(longest);
  return filled;
}

function tooLong(longest: number): ForgebridgeError {
  const problem = `must hold at most ${longest} bytes together, placeholders filled`;
  return new ForgebridgeError('InvalidInput', { fields: [{ field: 'files', problem }] });
}

function problem(name: string): string {
  return `{{${name}}} is not known: add it to variables, or write {{{{${name}}} for the text itself`;
}
