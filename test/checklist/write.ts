import { startVitest } from 'vitest/node';
import { checklist } from './reporter.ts';

// `npm run checklist`: finds every test and runs none, for no name matches.
const vitest = await startVitest('test', [], {
  watch: false,
  testNamePattern: '$.^',
  reporters: [checklist('write')],
});
await vitest.close();
