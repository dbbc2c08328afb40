/** As serverless.yml has it: nothing else decides where a deployment is. */
const usual = 'us-east-1';

/**
 * Takes `--region` out of a command's words and says where it goes: to the region in which
 * `npm run deploy` puts the stage. A region of the profile counts for neither of them.
 *
 * @throws Error when it is named without a name.
 */
export function regionIn(words: readonly string[]): {
  readonly region: string;
  readonly args: readonly string[];
} {
  const at = words.findIndex((word) => /^--region(=|$)/.test(word));
  if (at < 0) return { region: process.env.AWS_REGION || usual, args: words };
  const [, inside] = /^--region=(.*)$/.exec(words[at] ?? '') ?? [];
  const region = inside ?? words[at + 1] ?? '';
  if (!/^[a-z]{2}(-[a-z]+)+-\d+$/.test(region)) {
    throw new Error(`--region takes a region, such as ${usual}, not ${region || 'nothing'}.`);
  }
  const taken = inside === undefined ? 2 : 1;
  return { region, args: words.toSpliced(at, taken) };
}
