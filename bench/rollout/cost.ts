import { deflateRawSync } from "node:zlib";
import type { CountedWindow } from "../../functions/core/promotion/rollout/evidence/counted-window";
import { randomOf } from "../../test/simulation/drift-streams";
import { PLAIN, SHARES } from "../../test/simulation/rollout/scenarios";
import { simulateTraffic } from "../../test/simulation/rollout/traffic";

/** List prices, us-east-1, November 2026. Describing an endpoint and changing it cost nothing. */
const USD = { perThousandMetrics: 0.01, perMillionReadUnits: 0.125, perMillionWriteUnits: 0.625 };

const READ_UNIT_BYTES = 4096;
const WRITE_UNIT_BYTES = 1024;

const DAYS = 7;
const TICKS = DAYS * 24 * 60;
const WINDOWS = DAYS * 24 * 12;

/** What the protocol calls, and how often. */
interface RolloutCalls {
  /** Looks at the endpoint, one a tick; each describes it and its configuration. */
  readonly looks: number;
  /** Times that metrics are read, one a closed window. */
  readonly readings: number;
  /** Metrics in a reading: requests and errors of either model. */
  readonly metrics: number;
  /** Bytes of the rollout's record, at the end of the window with this index: read at each tick, written at each window. */
  readonly recordBytes: (window: number) => number;
}

/** API calls and cost of a rollout that goes on until its deadline, as a Markdown table. */
export function rolloutCostTable(): string {
  const rows = [
    { what: "stages of two days at most", windowsOfStage: 576 },
    { what: "all in one stage: the largest record that there is", windowsOfStage: WINDOWS },
  ].map(({ what, windowsOfStage }) => {
    const sizes = recordSizes(windowsOfStage);
    return costRow(what, {
      looks: TICKS,
      readings: WINDOWS,
      metrics: 4,
      recordBytes: (window) => sizes[window % windowsOfStage] ?? 0,
    });
  });
  return [
    "| seven days | SageMaker, describing | CloudWatch, metrics read | record, largest | DynamoDB, read and write units | cost |",
    "|---|---|---|---|---|---|",
    ...rows,
  ].join("\n");
}

function costRow(what: string, { looks, readings, metrics, recordBytes }: RolloutCalls): string {
  let [reads, writes, largest] = [0, 0, 0];
  for (let window = 0; window < readings; window++) {
    const bytes = recordBytes(window);
    reads += (looks / readings) * Math.ceil(bytes / READ_UNIT_BYTES);
    writes += Math.ceil(bytes / WRITE_UNIT_BYTES);
    largest = Math.max(largest, bytes);
  }
  const read = readings * metrics;
  const cloudWatch = (read / 1000) * USD.perThousandMetrics;
  const dynamoDb = (reads * USD.perMillionReadUnits + writes * USD.perMillionWriteUnits) / 1e6;
  const cells = [
    what,
    `${told(2 * looks)} calls, $0`,
    `${told(read)} in ${told(readings)} calls, $${cloudWatch.toFixed(3)}`,
    `${(largest / 1000).toFixed(1)} KB`,
    `${told(reads)} and ${told(writes)}, $${dynamoDb.toFixed(3)}`,
    `$${(cloudWatch + dynamoDb).toFixed(2)}`,
  ];
  return `| ${cells.join(" | ")} |`;
}

/** Bytes of a stage's windows, deflated as records of the state are, by their number. */
function recordSizes(windowsOfStage: number): readonly number[] {
  const traffic = simulateTraffic({ scenario: PLAIN, requests: 2_000, errorRate: 0.01 }, randomOf(1, 0, 16));
  const windows: CountedWindow[] = [];
  return Array.from({ length: windowsOfStage }, () => {
    windows.push(traffic.next(SHARES[0]).window);
    return deflateRawSync(JSON.stringify(windows)).length;
  });
}

function told(count: number): string {
  return Math.round(count).toLocaleString("en");
}
