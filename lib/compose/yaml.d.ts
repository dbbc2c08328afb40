/** YAML files are turned into data at build time (infra/esbuild-plugins.ts). */
declare module '*.yml' {
  const data: unknown;
  export default data;
}
declare module '*.yaml' {
  const data: unknown;
  export default data;
}
