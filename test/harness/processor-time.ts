/**
 * Milliseconds of processor time that the work takes: how long it lasts depends on what else the
 * machine does, how much there is to do does not.
 */
export async function processorTime(work: () => unknown): Promise<number> {
  const before = process.cpuUsage();
  await work();
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1_000;
}
