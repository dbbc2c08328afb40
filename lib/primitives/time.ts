/** Epoch milliseconds as RFC 3339 in UTC. */
export function rfc3339(epochMilliseconds: number): string {
  return new Date(epochMilliseconds).toISOString();
}

/**
 * An ISO 8601 instant with its zone as epoch milliseconds. Undefined for anything else: a time
 * without a zone would be read in the zone of the machine.
 */
export function epochOf(value: unknown): number | undefined {
  if (typeof value !== 'string' || value.length > 40) return undefined;
  if (!/^\d{4}-\d{2}-\d{2}T[\d:.]+(Z|[+-]\d{2}:?\d{2})$/.test(value)) return undefined;
  const instant = Date.parse(value);
  return Number.isNaN(instant) ? undefined : instant;
}
