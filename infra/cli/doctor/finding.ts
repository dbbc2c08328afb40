/** One check and how it went. `look`: nothing here can see it, so the reader has to compare. */
export interface Finding {
  readonly verdict: 'ok' | 'mend' | 'look';
  /** One line. It never holds a secret's value. */
  readonly text: string;
}

export const ok = (text: string): Finding => ({ verdict: 'ok', text });
export const mend = (text: string): Finding => ({ verdict: 'mend', text });
