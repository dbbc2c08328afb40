import { threats } from './threats.ts';

/** A test as it ran: where it stands, and its name with those of the groups it is in. */
export interface NamedTest {
  /** From the root of the project. */
  readonly file: string;
  /** Tests of one table stand at one line. */
  readonly line: number;
  readonly name: string;
}

const label = /\bC\d\d\b/g;

export function labelsIn(text: string): readonly string[] {
  return text.match(label) ?? [];
}

/** docs/security-checklist.md, from the tests of one run. */
export function checklistPage(tests: readonly NamedTest[]): string {
  const sections = Object.entries(threats).map(([area, lines]) => {
    const entries = Object.entries(lines).map(([name, words]) => {
      const shown = tests.filter((test) => labelsIn(test.name).includes(name));
      return `### ${name}\n\n${words}\n\n${linesOf(shown)}`;
    });
    return `## ${area}\n\n${entries.join('\n\n')}`;
  });
  return `${[introduction, ...sections].join('\n\n')}\n`;
}

const introduction = `# Security checklist

What can go wrong or be tried, and the tests of \`npm test\` that show what happens then. Written from a run of them by \`npm run checklist\`; a run that differs fails. The labels stand in front of the names of the tests, so \`npx vitest run -t C03\` runs those of one line.`;

/** One line for each test; of a table, its first case stands for all. */
function linesOf(tests: readonly NamedTest[]): string {
  const first = new Map<string, NamedTest>();
  for (const test of tests) {
    const place = `${test.file}:${test.line}`;
    const known = first.get(place);
    if (known === undefined || test.name < known.name) first.set(place, test);
  }
  return [...first.values()]
    .map(({ file, name }) => `- ${escaped(plain(name))} ([${base(file)}](../${file}))`)
    .toSorted()
    .join('\n');
}

function plain(name: string): string {
  return name.replace(/\b(?:C\d\d )+/g, '');
}

function base(file: string): string {
  return file.replace(/^.*\//, '').replace('.test.ts', '');
}

/** What Markdown would read as its own. */
function escaped(text: string): string {
  return text.replace(/[\\`*_[\]<>|]/g, '\\$&').replace(/\s+/g, ' ');
}
