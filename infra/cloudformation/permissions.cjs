const { readFileSync } = require('node:fs');
const { resolve } = require('node:path');
const { parse } = require('yaml');

/** infra/cloudformation/permissions.yml: each function by name, with what it may do. */
const permissions = parse(readFileSync(resolve(__dirname, 'permissions.yml'), 'utf8'), {
  merge: true,
});

/** The functions that are steps of the state machine. */
const steps = Object.keys(permissions).filter((name) => permissions[name].step);

module.exports = { permissions, steps };
