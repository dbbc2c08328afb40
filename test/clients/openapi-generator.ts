import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { stringify } from 'yaml';
import { fetched, type Pinned } from './cache.ts';
import { lines, run } from './generator.ts';

const { JAVA_HOME } = process.env;

/** A program of the Java Development Kit. */
export function jdk(program: 'java' | 'javac'): string {
  return JAVA_HOME ? join(JAVA_HOME, 'bin', program) : program;
}

/** A file of Maven Central. */
export function maven(group: string, artifact: string, version: string, sha256: string): Pinned {
  const folder = `${group.replaceAll('.', '/')}/${artifact}/${version}`;
  return {
    url: `https://repo1.maven.org/maven2/${folder}/${artifact}-${version}.jar`,
    sha256,
  };
}

const jar = maven(
  'org.openapitools',
  'openapi-generator-cli',
  '7.25.0',
  '41ce4f6b07f196676439d710759fa1ced7a08066d06ff1bf314681470289efae',
);

/** What cannot be wrong with a description: one route that answers one object. */
const faultless = {
  openapi: '3.0.3',
  info: { title: 'Faultless', version: '1' },
  paths: {
    '/': {
      get: {
        responses: {
          200: {
            description: 'An object.',
            content: { 'application/json': { schema: { $ref: '#/components/schemas/Thing' } } },
          },
        },
      },
    },
  },
  components: { schemas: { Thing: { type: 'object', properties: { name: { type: 'string' } } } } },
};

/** Gets openapi-generator. @throws Error when there is no Java. */
export async function prepareOpenapiGenerator(): Promise<void> {
  await run(jdk('java'), ['-version']);
  await fetched(jar);
}

/**
 * Runs openapi-generator.
 *
 * @returns what it warns of, without what it warns of in any description at all.
 */
export async function openapiGenerator(
  generator: string,
  description: string,
  folder: string,
  options: readonly string[] = [],
): Promise<string[]> {
  const simplest = join(folder, 'faultless.yaml');
  await writeFile(simplest, stringify(faultless));
  const always = await warnings(generator, simplest, join(folder, 'faultless'));
  const found = await warnings(generator, description, join(folder, 'client'), options);
  return found.filter((line) => !always.includes(line));
}

async function warnings(
  generator: string,
  description: string,
  output: string,
  options: readonly string[] = [],
): Promise<string[]> {
  const args = ['-jar', await fetched(jar), 'generate', '-g', generator];
  const { stdout, stderr } = await run(jdk('java'), [
    ...args,
    ...['-i', description, '-o', output, ...options],
  ]);
  return lines(stdout + stderr).filter((line) => /\b(WARN|ERROR)\b/.test(line));
}
