import { describe, expect, test } from 'vitest';
import { lineLog, readable } from '../../../infra/local/logs.ts';

/** Colours depend on where the tests run; the text does not. */
function plain(text: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: the escape character begins a colour
  return text.replace(/\u001b\[\d+m/g, '');
}

describe('the log of the local stack', () => {
  test("given a function's JSON line, when it is shown, then it is level, function, message and what is special about it", () => {
    const line = JSON.stringify({
      level: 'WARN',
      message: 'refused',
      timestamp: '2026-01-01T00:00:00.000Z',
      service: 'forgebridge',
      function: 'forgebridge-local-getToken',
      code: 'StateMismatch',
      ms: 17,
    });
    expect(plain(readable(line))).toBe('WARN  getToken refused code=StateMismatch ms=17');
  });

  test('given a metric line, when it is shown, then only its numbers are', () => {
    const line = JSON.stringify({
      _aws: { Timestamp: 1 },
      service: 'forgebridge',
      refreshed: [1],
      ms: 2,
    });
    expect(plain(readable(line))).toBe('METRIC refreshed=[1] ms=2');
  });

  test.each(['Server ready', '{ not json', '{"half":', '[1]'])(
    'given the line %j, when it is shown, then it stays as it is',
    (line) => {
      expect(readable(line)).toBe(line);
    },
  );

  test('given text of several lines, when it is logged, then each has the name of its part and empty ones are left out', () => {
    const lines: string[] = [];
    lineLog((line) => lines.push(plain(line)))('api', 'one\n\ntwo');
    expect(lines).toEqual(['api      one', 'api      two']);
  });
});
