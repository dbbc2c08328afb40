/** Who may import whom, as the table in ARCHITECTURE.md says. Everything not listed is refused. */
const allowed = {
  functions: ['runtime', 'operations', 'vault', 'oauth', 'providers/provider.ts', 'errors.ts'],
  'lib/runtime': [
    'runtime',
    'operations',
    'vault',
    'oauth',
    'page',
    'providers/(provider|registry).ts',
    'http',
    'storage',
    'errors.ts',
  ],
  'lib/operations': ['operations', 'vault', 'providers/provider.ts', 'storage', 'errors.ts'],
  'lib/vault': ['vault', 'oauth', 'providers/provider.ts', 'storage', 'errors.ts'],
  'lib/page': [
    'page',
    'operations/operation.ts',
    'vault/connection.ts',
    'providers/provider.ts',
    'errors.ts',
  ],
  'lib/oauth': ['oauth', 'http', 'storage', 'providers/provider.ts', 'errors.ts'],
  'lib/http': ['http', 'errors.ts'],
  'lib/storage': ['storage', 'errors.ts'],
  'lib/providers/v5': ['providers/v5', 'providers/provider.ts', 'oauth', 'http', 'errors.ts'],
  'lib/providers/github': [
    'providers/github',
    'providers/provider.ts',
    'oauth',
    'http',
    'errors.ts',
  ],
  'lib/providers/gitlab': [
    'providers/gitlab',
    'providers/provider.ts',
    'oauth',
    'http',
    'errors.ts',
  ],
  'lib/providers/gitee': [
    'providers/gitee',
    'providers/v5',
    'providers/provider.ts',
    'oauth',
    'http',
    'errors.ts',
  ],
  'lib/providers/atomgit': [
    'providers/atomgit',
    'providers/v5',
    'providers/provider.ts',
    'oauth',
    'http',
    'errors.ts',
  ],
  'lib/errors.ts': [],
};

const rules = Object.entries(allowed).map(([folder, targets]) => ({
  name: `${folder} imports only ${targets.join(', ') || 'nothing'}`,
  severity: 'error',
  from: { path: `^${folder}` },
  to: { path: '^(lib|functions)/', pathNot: targets.map((target) => `^lib/${target}`) },
}));

module.exports = {
  forbidden: [
    ...rules,
    {
      name: 'no cycles',
      severity: 'error',
      from: {},
      to: { circular: true, viaOnly: { dependencyTypesNot: ['type-only'] } },
    },
    {
      name: 'AWS clients are made in runtime',
      severity: 'error',
      from: { path: '^(functions|lib)/', pathNot: '^lib/(runtime|storage)/' },
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
    parser: 'swc',
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    doNotFollow: { path: 'node_modules' },
  },
};
