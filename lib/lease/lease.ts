/** The exclusive right to ask a host for the next tokens, for as long as its holder can live. */
export interface Lease {
  /** Random; the holder's alone. */
  readonly id: string;
  /** When the holder is certainly dead, by its own clock. Epoch milliseconds. */
  readonly until: number;
}
