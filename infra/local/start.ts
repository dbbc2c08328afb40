import { once } from 'node:events';
import { lineLog, paint } from './logs.ts';
import { type LocalStack, startLocalStack } from './stack.ts';

/** `npm start`: the whole of forgebridge on this machine, until Ctrl-C. */
const log = lineLog((line) => process.stdout.write(`${line}\n`));
const startedAt = Date.now();

function banner(stack: LocalStack): string {
  const { publicUrl, productUrl, apiKey, realProviders } = stack;
  const headers = `-H 'Authorization: Bearer ${apiKey}' -H 'Forgebridge-Subject: demo-user'`;
  const json = "-H 'Content-Type: application/json'";
  const body = `{"connection":"CONNECTION","template":"templates/starter","name":"my-service"}`;
  const title = (text: string) => paint('bold', text);
  return `
${title('forgebridge is serving')} after ${((Date.now() - startedAt) / 1000).toFixed(1)} s

  ${title('Page')}          ${publicUrl}/
  ${title('Demo product')}  ${productUrl}/
  ${title('Sandbox')}       ${stack.sandbox.controlUrl}/
  ${title('API key')}       ${apiKey}
  ${title('Real hosts')}    ${realProviders.join(', ') || 'none; every provider is the sandbox’s'}

${title('Sign in on the page as demo-user, connect an account, then:')}

  curl ${headers} ${publicUrl}/connections

  curl -X POST ${headers} ${publicUrl}/connections/CONNECTION/token

  curl -X POST ${headers} ${json} -H "Idempotency-Key: $(date +%s)" \\
    -d '${body}' ${publicUrl}/repositories

${paint('dim', 'Ctrl-C ends everything. Data is kept in .local/; delete it to begin anew.')}
`;
}

async function main(): Promise<number> {
  const interruption = new AbortController();
  const { signal } = interruption;
  for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP']) {
    process.on(name, () => interruption.abort());
  }
  const interrupted = once(signal, 'abort');
  const stack = await startLocalStack({ log, signal }).catch((error: Error) => {
    if (!signal.aborted) log('stack', paint('red', error.message));
  });
  if (stack === undefined) return signal.aborted ? 0 : 1;

  process.stdout.write(banner(stack));
  const reason = await Promise.race([stack.crashed, interrupted]);
  if (reason instanceof Error) log('stack', paint('red', reason.message));
  log('stack', 'stopping');
  await stack.stop();
  return reason instanceof Error ? 1 : 0;
}

// What is left behind now is only timers and idle connections.
process.exit(await main());
