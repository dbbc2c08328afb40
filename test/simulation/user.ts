import { careForIdle, connect, disconnect } from '../../lib/vault/vault.ts';
import { connectWith } from '../harness/connect-with.ts';
import type { Dice } from './dice.ts';
import { type Mishaps, startProcess } from './process.ts';
import { type Faults, functionLife, mishaps } from './scenarios.ts';
import { partition, ref, type Stage } from './trial.ts';
import { lambda } from './world.ts';

const hour = 3_600_000;
const account = { id: '1', login: 'ada' };
const redirectUri = 'https://bridge.example/callback/host';

/** The consent that was given before all began. `life`: milliseconds that the access token has left. */
export async function consentFirst(stage: Stage, skew: number, life: number): Promise<void> {
  const { scheduler, host, epoch } = stage;
  const birth = { name: 'first consent', skew, life: functionLife };
  const { vault } = lambda(stage, startProcess(scheduler, birth), ref);
  const given = host.consent();
  const tokens = given.expiresAt === undefined ? given : { ...given, expiresAt: epoch + life };
  const consent = { partition, provider: 'host', account, redirectUri, tokens };
  const connected = connectWith(vault, consent);
  await scheduler.run();
  await connected;
}

/** What the user does meanwhile. */
export function planUser(stage: Stage, plans: Dice, faults: Faults): void {
  const { scheduler } = stage;
  if (plans.chance(faults.reconnects)) {
    const skew = plans.between(-faults.skew, faults.skew);
    scheduler.at(plans.between(0, 20_000), () => void insist(stage, { name: 'consent', skew }));
  }
  if (plans.chance(faults.crossings)) {
    const first = plans.between(0, 15_000);
    for (const [name, at] of [
      ['crossing consent', first],
      ['crossed consent', first + plans.between(0, 6_000)],
    ] as const) {
      const own = {
        name,
        skew: plans.between(-faults.skew, faults.skew),
        ...mishaps(plans, faults),
      };
      scheduler.at(at, () => void insist(stage, own));
    }
  }
  if (plans.chance(faults.leaves)) {
    const at = plans.between(0, 18_000);
    scheduler.at(at, () => void leave(stage));
    scheduler.at(
      at + plans.between(500, 30_000),
      () => void insist(stage, { name: 'return', skew: 0 }, 30_000),
    );
  }
}

/** A callback: the user has consented, and its code is redeemed and stored. */
async function consent(
  stage: Stage,
  birth: Mishaps & { readonly name: string; readonly skew: number },
): Promise<boolean> {
  const process = startProcess(stage.scheduler, { ...birth, life: functionLife });
  const { vault, host } = lambda(stage, process, ref);
  const code = { partition, code: 'code', codeVerifier: 'verifier', redirectUri };
  try {
    await connect(vault, host.client(process), {
      ...code,
      timeLeft: process.timeLeft,
      isSignedIn: async () => true,
    });
    return true;
  } catch {
    // The user is told, and may try again.
    return false;
  } finally {
    process.ended = true;
  }
}

async function leave(stage: Stage): Promise<void> {
  const birth = { name: 'disconnect', skew: 0, life: functionLife };
  const process = startProcess(stage.scheduler, birth);
  const { vault } = lambda(stage, process, ref);
  const asker = { caller: 'user', purpose: 'disconnect', timeLeft: process.timeLeft };
  await disconnect(vault, ref, asker);
}

/** Consents, and once more when told that it could not be kept. */
async function insist(
  stage: Stage,
  birth: Mishaps & { readonly name: string; readonly skew: number },
  pause = 3_000,
): Promise<void> {
  if (await consent(stage, birth)) return;
  await stage.scheduler.sleep(pause);
  await consent(stage, { name: `${birth.name} again`, skew: birth.skew });
}

/** Runs idle care until all that is pending has had its turn. */
export async function careForTheIdle(stage: Stage): Promise<void> {
  const { scheduler } = stage;
  for (const wait of [hour / 6, hour, 8 * hour]) {
    scheduler.at(scheduler.now() + wait, () => {
      const process = startProcess(scheduler, { name: 'idle care', skew: 0, life: functionLife });
      void careForIdle(lambda(stage, process, ref).vault, process);
    });
    await scheduler.run();
  }
}
