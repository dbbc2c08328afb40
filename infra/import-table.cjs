const { readFileSync } = require('node:fs');
const { resolve } = require('node:path');

/**
 * Who may import whom. The table itself stands in ARCHITECTURE.md, section "Who may import whom", and
 * nowhere else: lines such as "`lib/vault` → sealing, oauth, errors.ts". A target is a folder or a file
 * below lib, or some files of a folder: `providers/(provider|registry).ts`. A folder may always
 * import itself. The most exact line decides for a file.
 */
const architecture = readFileSync(resolve(__dirname, '../ARCHITECTURE.md'), 'utf8');
const [, section = ''] =
  /^## Who may import whom\n(.*?)(?=^## |$(?![\s\S]))/ms.exec(architecture) ?? [];
const table = [...section.matchAll(/^- `([^`]+)` → (.+)$/gm)].map(([, from, targets]) => ({
  from,
  targets: targets === 'nothing' ? [] : targets.split(', '),
}));
if (table.length < 15) throw new Error('ARCHITECTURE.md has no table of imports.');

/** A folder matches all below it, a file itself: `lib/vault` never `lib/vault-of-old`. */
const below = (path) => `^${path.replaceAll('.', '\\.')}${path.endsWith('.ts') ? '$' : '/'}`;

const rules = table.map(({ from, targets }) => ({
  name: `${from} imports only ${targets.join(', ') || 'nothing'}`,
  severity: 'error',
  from: {
    path: below(from),
    pathNot: table
      .map((line) => line.from)
      .filter((other) => other.startsWith(`${from}/`))
      .map(below),
  },
  to: {
    path: '^(lib|functions)/',
    pathNot: [from, ...targets.map((target) => `lib/${target}`)].map(below),
  },
}));

module.exports = {
  forbidden: [
    ...rules,
    {
      name: 'every file is under a line of the table',
      severity: 'error',
      from: { path: '^(lib|functions)/', pathNot: table.map(({ from }) => below(from)) },
      to: {},
    },
    {
      name: 'no circles',
      severity: 'error',
      from: {},
      to: { circular: true },
    },
    {
      name: 'AWS clients are made in lib/aws',
      severity: 'error',
      from: { path: '^(functions|lib)/', pathNot: '^lib/(aws|storage)/' },
      to: { path: 'node_modules/@aws-sdk' },
    },
    {
      name: 'the bundle never imports tests or tools',
      severity: 'error',
      from: { path: '^(functions|lib)/' },
      to: { path: '^(test|infra)/', pathNot: '^infra/providers.yml$' },
    },
  ],
  options: {
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    doNotFollow: { path: 'node_modules' },
  },
};
