import { join } from 'node:path';
import { type Generator, lines, run } from '../generator.ts';
import { pythonPrograms } from '../python.ts';

export const openapiPythonClient: Generator = {
  name: 'openapi-python-client',
  reads: '3.1',

  async prepare() {
    await pythonPrograms();
  },

  async generate(description, folder) {
    const programs = await pythonPrograms();
    const { stdout, stderr } = await run(
      join(programs, 'openapi-python-client'),
      ['generate', '--path', description]
        .concat(['--output-path', join(folder, 'forgebridge_client')])
        .concat(['--meta', 'none']),
      // It tidies up with ruff.
      { environment: { PATH: `${programs}:${process.env.PATH}` } },
    );
    return lines(stdout + stderr).filter((line) => !line.startsWith('Generating '));
  },

  async run(folder, environment) {
    const python = join(await pythonPrograms(), 'python');
    const program = join(import.meta.dirname, 'main.py');
    const { stdout } = await run(python, [program], {
      environment: { ...environment, PYTHONPATH: folder },
    });
    return stdout;
  },
};
