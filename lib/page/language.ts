import { type Language, languages, type Texts } from './languages/index.ts';

export type { Language, Texts } from './languages/index.ts';

const names = Object.keys(languages) as readonly Language[]; // the keys of a literal
const [first] = names;

/** The first of our languages in the browser's order (RFC 9110 section 12.5.4); the first of all for none. */
export function languageOf(acceptLanguage: string | undefined): Language {
  const ranked = (acceptLanguage ?? '')
    .slice(0, 200)
    .split(',')
    .flatMap((part) => {
      const [tag = '', ...parameters] = part.trim().toLowerCase().split(';');
      const weight = parameters.map((text) => /^\s*q=([\d.]+)$/.exec(text)?.[1]).find(Boolean);
      const language = names.find((name) => name === tag.split('-')[0]);
      if (language === undefined) return [];
      return { language, weight: weight === undefined ? 1 : Number(weight) };
    })
    .filter(({ weight }) => weight > 0)
    .sort((a, b) => b.weight - a.weight);
  return ranked[0]?.language ?? first ?? 'en';
}

/** Everything that a person reads on the pages, in their language. */
export function textsIn(language: Language): Texts {
  return languages[language];
}

/** Each language's id and what it calls itself. */
export function languageNames(): readonly (readonly [Language, string])[] {
  return names.map((name) => [name, languages[name].ownName]);
}

/** The language of that id, or undefined. */
export function languageNamed(word: string | null): Language | undefined {
  return names.find((name) => name === word);
}

/** A status, state or step in the person's language; a word that this version does not know as it stands. */
export function wordIn(words: Readonly<Record<string, string>>, word: string): string {
  return Object.hasOwn(words, word) ? (words[word] ?? word) : word;
}

/** What is wrong with a field, in the person's language; what only the host says, as it says it. */
export function fieldProblem(texts: Texts, problem: string): string {
  for (const [pattern, text] of Object.entries(texts.problems)) {
    const found = new RegExp(`^${pattern}$`).exec(problem);
    if (found !== null) return text.replace('$1', found[1] ?? '');
  }
  return texts.hostSays(problem);
}

/** How long ago or ahead that is, in words. Both in epoch milliseconds. */
export function relativeTime(texts: Texts, time: number, now: number): string {
  const format = new Intl.RelativeTimeFormat(texts.tag, { numeric: 'auto' });
  const seconds = Math.round((time - now) / 1000);
  const [unit, length] =
    units.find(([, size]) => Math.abs(seconds) >= size) ?? (['second', 1] as const);
  return format.format(Math.round(seconds / length), unit);
}

const units = [
  ['day', 86_400],
  ['hour', 3_600],
  ['minute', 60],
] as const;

/** A length of time: `1:05`, or with hours `1:00:05`. */
export function duration(milliseconds: number): string {
  const seconds = Math.max(0, Math.round(milliseconds / 1000));
  const two = (value: number) => String(value).padStart(2, '0');
  const [hours, minutes] = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60];
  return hours > 0
    ? `${hours}:${two(minutes)}:${two(seconds % 60)}`
    : `${minutes}:${two(seconds % 60)}`;
}
