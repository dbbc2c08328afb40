import { sendNonsense } from './nonsense.ts';

// All of it: test/slow/nonsense.test.ts.
sendNonsense(7);
