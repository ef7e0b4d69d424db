const WINDOW_MS = 300_000;

/** Requests that a variant got at a time, epoch milliseconds. */
interface Requests {
  readonly endpoint: string;
  readonly variant: string;
  readonly model: string;
  readonly requests: number;
  readonly at: number;
}

/** What CloudWatch has of variants: sums over windows of five minutes, and nothing of a window without a request. */
export function countedRequests() {
  const counted = new Map<string, number>();
  /** Parts of requests that are left over, so that a share holds in the long run. */
  const remainders = new Map<string, number>();
  /** Errors and business value of a request, by model. */
  const errorRates = new Map<string, number>();
  const values = new Map<string, number>();

  /** The whole number of an amount, whose sum over time is exact. */
  function whole(key: string, amount: number): number {
    const exact = amount + (remainders.get(key) ?? 0);
    const count = Math.floor(exact + 1e-9);
    remainders.set(key, exact - count);
    return count;
  }

  return {
    errorRates,
    values,
    whole,
    add({ endpoint, variant, model, requests, at }: Requests): void {
      if (requests === 0) return;
      const errors = whole(`${model} errors`, requests * (errorRates.get(model) ?? 0));
      const sums = { Invocations: requests, InvocationModelErrors: errors, Value: requests * (values.get(model) ?? 0) };
      for (const [metric, sum] of Object.entries(sums)) {
        const key = metricKey(endpoint, variant, metric, Math.floor(at / WINDOW_MS) * WINDOW_MS);
        counted.set(key, (counted.get(key) ?? 0) + sum);
      }
    },
    /** Sum of a metric over the window that begins then; undefined where there is no datapoint. */
    metric: (endpoint: string, variant: string, metric: string, at: number) =>
      counted.get(metricKey(endpoint, variant, metric, at)),
  };
}

function metricKey(endpoint: string, variant: string, metric: string, at: number): string {
  return [endpoint, variant, metric, at].join(" ");
}
