import type { SimulatedSageMaker } from "../../simulation/sagemaker-endpoint";
import { AwsRefusal, type Fields } from "../../simulation/variant-scaling";
import { type Answer, awsError, jsonOf, type LoopbackServer, startLoopbackServer } from "./loopback-server";

/** An operation that was called, with its input. */
interface Call {
  readonly operation: string;
  readonly input: Fields;
}

/** SageMaker, Application Auto Scaling and CloudWatch of a simulated endpoint, over HTTP. */
export interface EndpointServer extends LoopbackServer {
  readonly calls: readonly Call[];
  /** Operations that were called and change something. */
  readonly changes: () => readonly string[];
  /** Inputs of the calls of an operation. */
  readonly inputs: (operation: string) => readonly Fields[];
}

export interface EndpointServerOptions {
  /** Answers instead of the simulation, where it is not undefined; `before` counts the calls of this operation. */
  readonly refuse?: (operation: string, before: number) => Answer | undefined;
  /** Whether an operation is performed, and its answer lost. */
  readonly loses?: (operation: string, before: number) => boolean;
  /** Values of each metric on a page. @default - all of them */
  readonly pageSize?: number;
}

export async function startEndpointServer(
  simulated: SimulatedSageMaker,
  { refuse, loses, pageSize = Number.POSITIVE_INFINITY }: EndpointServerOptions = {},
): Promise<EndpointServer> {
  const calls: Call[] = [];
  const server = await startLoopbackServer((request) => {
    const operation = String(request.headers["x-amz-target"]).replace(/^.*\./, "");
    const before = calls.filter((call) => call.operation === operation).length;
    const input: Fields = Object(jsonOf(request));
    calls.push({ operation, input });
    const refusal = refuse?.(operation, before);
    if (refusal !== undefined) return refusal;
    try {
      const answer = operation === "GetMetricData" ? metricData(simulated, input, pageSize) : simulated.call(operation, input);
      return loses?.(operation, before) ? "hang up" : { status: 200, body: JSON.stringify(answer) };
    } catch (error) {
      if (error instanceof AwsRefusal) return awsError(error.code, error.message);
      throw error;
    }
  });
  return {
    ...server,
    calls,
    changes: () => calls.map(({ operation }) => operation).filter((operation) => !/^(Describe|Get)/.test(operation)),
    inputs: (operation) => calls.filter((call) => call.operation === operation).map(({ input }) => input),
  };
}

/** Each page has the next values of every metric, the newest first, and says that they are part of them while there are more. */
function metricData(simulated: SimulatedSageMaker, input: Fields, pageSize: number): Fields {
  const [from, until] = [Number(input.StartTime) * 1000, Number(input.EndTime) * 1000];
  const start = Number(input.NextToken ?? 0);
  const queries = Array.isArray(input.MetricDataQueries) ? input.MetricDataQueries : [];
  const results = queries.map(({ Id, MetricStat: { Metric, Period } }) => {
    const [endpoint, variant] = Metric.Dimensions.map(({ Value }: { readonly Value: string }) => Value);
    const found: (readonly [number, number])[] = [];
    for (let at = from; at < until; at += Period * 1000) {
      const value = simulated.metric(endpoint, variant, Metric.MetricName, at);
      if (value !== undefined) found.push([at, value]);
    }
    return { Id, found };
  });
  const isLast = results.every(({ found }) => found.length <= start + pageSize);
  return {
    MetricDataResults: results.map(({ Id, found }) => {
      const page = found.slice(start, start + pageSize).reverse();
      return {
        Id,
        Timestamps: page.map(([at]) => at / 1000),
        Values: page.map(([, value]) => value),
        StatusCode: found.length <= start + pageSize ? "Complete" : "PartialData",
      };
    }),
    ...(!isLast && { NextToken: String(start + pageSize) }),
  };
}
