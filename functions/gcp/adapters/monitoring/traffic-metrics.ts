import { WINDOW_MS } from "../../../core/promotion/rollout/evidence/counted-window";
import type { SeenWindow, TrafficMetrics, VariantCounts, WindowSpan } from "../../../core/promotion/rollout/ports";
import type { RolloutSettings } from "../../../core/promotion/rollout/rollout-settings";
import type { GoogleRest } from "../google-rest";
import { deployedModelIds, vertexChampion } from "../vertex/endpoint-plan";
import { parseEndpointName } from "../vertex/vertex-endpoint";
import { countAbove, p95Edge } from "./latency-buckets";
import { readWindowSums, type WindowPoint } from "./time-series";

/** The address of Cloud Monitoring, which is one for all regions. */
const MONITORING_ADDRESS = "https://monitoring.googleapis.com";

const MODEL_LABEL = "deployed_model_id";
const CODE_LABEL = "response_code";
const RESPONSES = "aiplatform.googleapis.com/prediction/online/response_count";
const LATENCIES = "aiplatform.googleapis.com/prediction/online/prediction_latencies";

type Role = "champion" | "candidate";
/** Whose requests a deployed model answers, by its id. */
type Roles = ReadonlyMap<string, Role>;
/** By window and role. */
type Sums = ReadonlyMap<string, number>;

/**
 * `TrafficMetrics` of endpoints of Vertex AI, from Cloud Monitoring over REST; every point is a sum over one window.
 *
 * Requests are all responses of a deployed model (`response_count`), errors those with 5xx. A 4xx is a request, as shares of the
 * traffic are counted by it, and no error: it is the answer to what no model takes, and one busy caller who sends that would look
 * like a bad model. So a candidate that refuses good requests with 4xx is not seen by this. Where a model has any response in a
 * window, none with 5xx is a count of 0 errors.
 *
 * Latency (`prediction_latencies`, `total`) is told in buckets, so a frozen latency is an edge between two of them; slow requests
 * are absent in a window without latencies, and where the buckets are other ones. A business metric has the label
 * `deployed_model_id` and is a gauge or a delta: Cloud Monitoring does not add up a cumulative one. Of a distribution the sum is
 * its mean times its count; what is no number is absent.
 *
 * `address` is another one than Cloud Monitoring's own.
 */
export function monitoringTrafficMetrics(rest: GoogleRest, address: string = MONITORING_ADDRESS): TrafficMetrics {
  async function readPoints(
    { endpoint }: RolloutSettings,
    roles: Roles,
    span: WindowSpan,
    metric: string,
    labels: readonly string[],
    more: readonly string[],
  ): Promise<WindowPoint[]> {
    const models = [...roles.keys()].map((model) => JSON.stringify(model)).join(", ");
    const conditions = [`metric.type = ${JSON.stringify(metric)}`, ...more, `metric.labels.${MODEL_LABEL} = one_of(${models})`];
    const { project } = parseEndpointName(endpoint);
    return await readWindowSums(rest, address, { project, filter: conditions.join(" AND "), labels, span });
  }

  function readLatencies(settings: RolloutSettings, roles: Roles, span: WindowSpan) {
    const more = [...ofEndpoint(settings), 'metric.labels.latency_type = "total"'];
    return readPoints(settings, roles, span, LATENCIES, [MODEL_LABEL], more);
  }

  async function readCounts(settings: RolloutSettings, roles: Roles, span: WindowSpan) {
    const responses = await readPoints(settings, roles, span, RESPONSES, [MODEL_LABEL, CODE_LABEL], ofEndpoint(settings));
    const metric = settings.business?.metric;
    const values = metric === undefined ? [] : await readPoints(settings, roles, span, metric, [MODEL_LABEL], []);
    return {
      requests: sumsOf(responses, roles, countOf),
      errors: sumsOf(responses, roles, (point) => (isServerError(point) ? countOf(point) : 0)),
      business: sumsOf(values, roles, numberOf),
    };
  }

  return {
    async read({ settings, rolloutId, champion }, span, slowAboveMs) {
      const { candidate, restored } = deployedModelIds(rolloutId);
      const roles: Roles = new Map([
        [vertexChampion(champion).deployedModel, "champion"],
        [restored, "champion"],
        [candidate, "candidate"],
      ]);
      const counts = await readCounts(settings, roles, span);
      if (slowAboveMs === undefined) return windowsOf(span, counts);
      const latencies = await readLatencies(settings, roles, span);
      return windowsOf(span, { ...counts, slow: slowOf(latencies, roles, slowAboveMs) });
    },

    async history(settings, champion, span) {
      const roles: Roles = new Map([[vertexChampion(champion).deployedModel, "champion"]]);
      const counts = await readCounts(settings, roles, span);
      const latencies = await readLatencies(settings, roles, span);
      const newestFirst = latencies.toSorted((a, b) => b.at - a.at);
      const p95Ms = p95Edge(newestFirst.flatMap(({ value }) => value.distributionValue ?? []));
      if (p95Ms === undefined) return { windows: windowsOf(span, counts) };
      return { windows: windowsOf(span, { ...counts, slow: slowOf(latencies, roles, p95Ms) }), p95Ms };
    },
  };
}

/** https://cloud.google.com/monitoring/api/resources#tag_aiplatform.googleapis.com/Endpoint */
function ofEndpoint({ endpoint }: RolloutSettings): string[] {
  const { location, id } = parseEndpointName(endpoint);
  return [
    'resource.type = "aiplatform.googleapis.com/Endpoint"',
    `resource.labels.location = ${JSON.stringify(location)}`,
    `resource.labels.endpoint_id = ${JSON.stringify(id)}`,
  ];
}

function keyOf(at: number, role: Role): string {
  return `${at} ${role}`;
}

/** @param amountOf undefined for a point that tells nothing */
function sumsOf(points: readonly WindowPoint[], roles: Roles, amountOf: (point: WindowPoint) => number | undefined): Sums {
  const sums = new Map<string, number>();
  for (const point of points) {
    const role = roles.get(point.labels[MODEL_LABEL] ?? "");
    const value = amountOf(point);
    if (role === undefined || value === undefined) continue;
    const key = keyOf(point.at, role);
    sums.set(key, (sums.get(key) ?? 0) + value);
  }
  return sums;
}

function slowOf(latencies: readonly WindowPoint[], roles: Roles, edgeMs: number): Sums {
  return sumsOf(latencies, roles, ({ value }) => value.distributionValue && countAbove(value.distributionValue, edgeMs));
}

/** The label is a class, such as `5xx`. */
function isServerError({ labels }: WindowPoint): boolean {
  const { [CODE_LABEL]: code = "" } = labels;
  return code.startsWith("5");
}

function countOf({ value: { int64Value } }: WindowPoint): number | undefined {
  return int64Value !== undefined && int64Value >= 0 ? int64Value : undefined;
}

function numberOf({ value: { int64Value, doubleValue, distributionValue } }: WindowPoint): number | undefined {
  const value = int64Value ?? doubleValue ?? (distributionValue && distributionValue.mean * distributionValue.count);
  return Number.isFinite(value) ? value : undefined;
}

interface Counts {
  readonly requests: Sums;
  readonly errors: Sums;
  readonly business: Sums;
  readonly slow?: Sums;
}

function windowsOf({ from, until }: WindowSpan, counts: Counts): SeenWindow[] {
  return Array.from({ length: Math.max(0, Math.floor((until - from) / WINDOW_MS)) }, (_, index) => {
    const at = from + index * WINDOW_MS;
    const [champion, candidate] = [variantOf(counts, keyOf(at, "champion")), variantOf(counts, keyOf(at, "candidate"))];
    return { at, ...(champion !== undefined && { champion }), ...(candidate !== undefined && { candidate }) };
  });
}

function variantOf({ requests, errors, business, slow }: Counts, key: string): VariantCounts | undefined {
  const counted = requests.get(key);
  if (counted === undefined) return undefined;
  const [slowCount, value] = [slow?.get(key), business.get(key)];
  return {
    requests: counted,
    errors: errors.get(key) ?? 0,
    // Latencies may be told before the responses that they are of.
    ...(slowCount !== undefined && { slow: Math.min(slowCount, counted) }),
    ...(value !== undefined && { business: value }),
  };
}
