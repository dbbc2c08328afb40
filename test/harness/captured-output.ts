/** What the process writes while it is captured. */
export interface CapturedOutput {
  /** Whole lines, oldest first. */
  readonly lines: readonly string[];
  restore(): void;
}

/**
 * Takes what goes to standard output and standard error, which is where functions log, so that a
 * test can search it. With `FORGEBRIDGE_TEST_LOGS=1` it is shown as well.
 */
export function captureOutput(): CapturedOutput {
  const lines: string[] = [];
  const restores = [process.stdout, process.stderr].map((stream) => capture(stream, lines));
  return {
    lines,
    restore() {
      for (const restore of restores) restore();
    },
  };
}

function capture(stream: NodeJS.WriteStream, lines: string[]): () => void {
  const real = stream.write.bind(stream);
  const show = process.env.FORGEBRIDGE_TEST_LOGS === '1';
  stream.write = (chunk: string | Uint8Array, ...rest: unknown[]) => {
    lines.push(...String(chunk).split('\n').filter(Boolean));
    if (show) return real(chunk);
    const done = rest.at(-1);
    if (typeof done === 'function') done();
    return true;
  };
  return () => {
    stream.write = real;
  };
}
