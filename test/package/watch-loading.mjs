/** Loads the modules named on the command line and prints, as JSON, what each did beside that. */
import childProcess from 'node:child_process';
import dns from 'node:dns';
import fs from 'node:fs';
import { syncBuiltinESMExports } from 'node:module';
import net from 'node:net';
import { basename } from 'node:path';
import { pathToFileURL } from 'node:url';

const effects = new Set();
let loading = '';

/** Node.js reads the module itself, and looks for a package.json beside it. */
function isTheModule(argument) {
  const path = String(argument);
  return path.endsWith(`${loading}.mjs`) || path.endsWith('package.json');
}

function watch(object, names, does) {
  for (const name of names) {
    const real = object[name];
    object[name] = function watched(...args) {
      if (loading !== '' && !isTheModule(args[0])) effects.add(`${loading} ${does}`);
      return real.apply(this, args);
    };
  }
}

watch(net.Socket.prototype, ['connect'], 'connects');
watch(dns, ['lookup', 'resolve'], 'looks up a name');
watch(fs, ['readFile', 'readFileSync', 'open', 'openSync', 'writeFileSync'], 'reads a file');
watch(fs.promises, ['readFile', 'open', 'writeFile'], 'reads a file');
watch(childProcess, ['spawn', 'spawnSync', 'execFile', 'execFileSync'], 'starts a process');
watch(globalThis, ['setTimeout', 'setInterval', 'setImmediate'], 'sets a timer');
watch(globalThis, ['fetch'], 'fetches');
syncBuiltinESMExports();

for (const file of process.argv.slice(2)) {
  loading = basename(file, '.mjs');
  await import(pathToFileURL(file).href);
}
loading = '';
process.stdout.write(JSON.stringify([...effects]));
