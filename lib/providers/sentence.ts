const deepest = 4;
const longest = 2_000;
const longestSentence = 200;

/** All text of an error body, whatever its shape: an object, lists in it, or plain text. */
export function textsIn(body: unknown): string {
  return [...new Set(texts(body, 0))].join('; ').slice(0, longest);
}

function texts(value: unknown, depth: number): string[] {
  if (typeof value === 'string') return [value.slice(0, longest)];
  if (typeof value !== 'object' || value === null || depth === deepest) return [];
  return Object.entries(value)
    .filter(([name]) => !/(^|_)url$/.test(name))
    .slice(0, 20)
    .flatMap(([name, inner]) => {
      // What is wrong stands below the name of the field it is wrong with.
      const named = depth > 0 && !/^(\d+|message|base)$/.test(name);
      return texts(inner, depth + 1).map((text) => (named ? `${name} ${text}` : text));
    });
}

/**
 * What a host said, fit for a log and for a person's eyes: no secret of ours, nothing that looks
 * like one, no address with a query, no mail address, no control characters, at most 200 characters.
 */
export function sentenceOf(said: string, secrets: readonly string[]): string {
  const known = secrets.filter((secret) => secret !== '');
  const plain = known.reduce((text, secret) => text.replaceAll(secret, '…'), said);
  const harmless = plain
    .replace(/<[^>]*>/g, ' ')
    .replace(/(https?:\/\/)[^\s/@]*@/g, '$1')
    .replace(/(https?:\/\/[^\s?#]*)[?#]\S*/g, '$1')
    .replace(/\b[\w.+-]+@[\w-]+(\.[\w-]+)+\b/g, '…')
    .replace(/\b(?=\w*\d)[\w-]{20,}\b/g, '…')
    .replace(/[\p{Cc}\p{Cf}\s]+/gu, ' ')
    .trim();
  return harmless.length > longestSentence
    ? `${harmless.slice(0, longestSentence - 1)}…`
    : harmless;
}
