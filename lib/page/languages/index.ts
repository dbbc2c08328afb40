import { en, type LanguageFile } from './en.ts';
import { zh } from './zh.ts';

/** The languages that end users read, the first one for whom none suits. One file each, and its line here. */
export const languages = { en, zh } as const satisfies Readonly<Record<string, LanguageFile>>;

export type Language = keyof typeof languages;
export type { LanguageFile as Texts } from './en.ts';
