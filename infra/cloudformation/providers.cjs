const { readFileSync } = require('node:fs');
const { resolve } = require('node:path');
const { parse } = require('yaml');

/** The configured providers, as the bundle will see them, each with the logical ids of its secrets. */
module.exports = function providers() {
  const file = resolve(process.env.PROVIDERS_FILE ?? resolve(__dirname, '../providers.yml'));
  return parse(readFileSync(file, 'utf8')).map((provider) => {
    const logical = provider.id.replace(/(?:^|-)([a-z0-9])/g, (_, letter) => letter.toUpperCase());
    return {
      ...provider,
      clientSecret: `${logical}ClientSecret`,
      ...(provider.appId ? { appKeySecret: `${logical}AppKeySecret` } : {}),
    };
  });
};
