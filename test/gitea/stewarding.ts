import * as steward from './steward.ts';

/*
 * `node stewarding.ts URL FOLDER WHAT JSON` has the steward do one thing and writes what came of it.
 * It is a process of its own so that tests can wait for it without giving way to anything else.
 */
const [url = '', folder = '', what = '', json = 'null'] = process.argv.slice(2);
const place = { url, folder };
const input = JSON.parse(json);
const acts: Readonly<Record<string, () => Promise<unknown>>> = {
  seed: () => steward.seed(place, input),
  state: () => steward.state(place),
  revoke: () => steward.revoke(place),
  advance: () => steward.advance(place, input),
  rename: () => steward.rename(place, input),
  reset: () => steward.reset(place),
};
process.stdout.write(JSON.stringify((await acts[what]?.()) ?? null));
