import { Metrics, MetricUnit } from '@aws-lambda-powertools/metrics';

let cached: Metrics | undefined;

/** Counts one outcome (`refreshed`, `orphan_left`, `clock_skew`, …) as a CloudWatch metric of that name. */
export function countOutcome(outcome: string): void {
  cached ??= new Metrics();
  cached.addMetric(outcome, MetricUnit.Count, 1);
  cached.publishStoredMetrics();
}
