import { join } from 'node:path';
import { type Generator, run } from '../generator.ts';
import { openapiGenerator, prepareOpenapiGenerator } from '../openapi-generator.ts';
import { pythonPrograms } from '../python.ts';

export const openapiGeneratorPython: Generator = {
  name: 'openapi-generator-python',
  reads: '3.0.3',

  async prepare() {
    await Promise.all([prepareOpenapiGenerator(), pythonPrograms()]);
  },

  async generate(description, folder) {
    return openapiGenerator('python', description, folder);
  },

  async run(folder, environment) {
    const python = join(await pythonPrograms(), 'python');
    const program = join(import.meta.dirname, 'main.py');
    const { stdout } = await run(python, [program], {
      environment: { ...environment, PYTHONPATH: join(folder, 'client') },
    });
    return stdout;
  },
};
