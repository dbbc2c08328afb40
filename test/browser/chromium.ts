import { existsSync } from 'node:fs';
import { type Browser, chromium } from 'playwright-core';

const places = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'];

function executable(): string | undefined {
  return places.find((path) => existsSync(path));
}

/** What to do when this machine has no Chromium; undefined when it has one. */
export function missingChromium(): string | undefined {
  return executable() === undefined
    ? 'Chromium is missing, no page was opened. On Debian: apt-get update && apt-get install -y chromium'
    : undefined;
}

/** A name of somebody else's that points to this machine, as DNS rebinding makes one. */
export const reboundName = 'rebound.example';

/**
 * The machine's own Chromium with a fresh profile, of which nothing is left when it is closed. It
 * resolves no name but `localhost` and {@link reboundName}: what is not on this machine cannot be reached.
 *
 * @throws Error when there is none.
 */
export function startChromium(): Promise<Browser> {
  const executablePath = executable();
  if (executablePath === undefined) throw new Error(missingChromium());
  return chromium.launch({
    executablePath,
    args: [
      '--headless',
      '--no-sandbox',
      '--disable-gpu',
      '--disable-quic',
      '--no-first-run',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
      `--host-resolver-rules=MAP ${reboundName} localhost, MAP * ~NOTFOUND, EXCLUDE localhost, EXCLUDE 127.0.0.1`,
    ],
  });
}
