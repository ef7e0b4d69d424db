import { encodePromotion } from "../../functions/node/promotion-codecs";
import { type RolledEndpoint, rolledEndpoint } from "../../test/simulation/rolled-endpoint";

/** List prices, us-east-1, November 2026. Describing an endpoint and changing it cost nothing. */
const USD = { perThousandMetrics: 0.01, perMillionReadUnits: 0.125, perMillionWriteUnits: 0.625 };

const READ_UNIT_BYTES = 4096;
const WRITE_UNIT_BYTES = 1024;

const MINUTE_MS = 60_000;
const WEEK = 7 * 24 * 60;
/** Requests and errors of either model; of the champion's history half of them. */
const METRICS = 4;
/** The function of rollouts and the promoter look once a minute whether there is something to do. */
const LOOKS_FOR_WORK = 2;

/** What a rollout asked of the clouds. */
interface Asked {
  readonly minutes: number;
  readonly looks: number;
  readonly metrics: number;
  readonly readUnits: number;
  readonly writeUnits: number;
  readonly largestBytes: number;
}

/**
 * API calls and cost of two rollouts, by the calls of the turns that drive them and the records that they save, as a Markdown
 * table.
 */
export async function rolloutCostTable(): Promise<string> {
  const whole = await follow(await begin(), WEEK);
  const held = await begin();
  await held.order("hold", "hold");
  const rows = [
    costRow("an equal candidate, 2,000 requests a window @ 1 %, to its end", whole),
    costRow("held at its first share for seven days: the largest record that there is", await follow(held, WEEK)),
  ];
  return [
    "| rollout | takes | SageMaker, describing | CloudWatch, metrics read | record, largest | DynamoDB, read and write units | cost |",
    "|---|---|---|---|---|---|---|",
    ...rows,
  ].join("\n");
}

async function begin(): Promise<RolledEndpoint> {
  const world = rolledEndpoint({ layout: "sagemaker", seed: 1, errorRate: () => 0.01, requests: 2_000 });
  await world.accept();
  for (let minute = 0; (await world.state()).current?.rollout?.at.is !== "stage"; minute++) {
    if (minute > 60) throw new Error("the rollout has not reached its first share within an hour");
    world.advance(MINUTE_MS);
    await world.tick();
  }
  return world;
}

/** A turn a minute until the rollout has ended, and no longer than so many minutes. */
async function follow(world: RolledEndpoint, most: number): Promise<Asked> {
  let [minutes, looks, metrics, readUnits, writeUnits, largestBytes] = [0, 0, 0, 0, 0, 0];
  let bytes = 0;
  let isSaved = true;
  for (; minutes < most && (await world.state()).current !== undefined; minutes++) {
    if (isSaved) bytes = encodePromotion("flight-delay", await world.state()).length;
    isSaved = false;
    largestBytes = Math.max(largestBytes, bytes);
    readUnits += LOOKS_FOR_WORK * Math.ceil(bytes / READ_UNIT_BYTES);
    world.advance(MINUTE_MS);
    await world.tick(undefined, (point) => {
      if (point === "before look") looks++;
      if (point === "before read") metrics += METRICS;
      if (point === "before load") readUnits += Math.ceil(bytes / READ_UNIT_BYTES);
      if (point !== "before save") return;
      writeUnits += Math.ceil(bytes / WRITE_UNIT_BYTES);
      isSaved = true;
    });
  }
  return { minutes, looks, metrics, readUnits, writeUnits, largestBytes };
}

function costRow(what: string, { minutes, looks, metrics, readUnits, writeUnits, largestBytes }: Asked): string {
  const cloudWatch = (metrics / 1000) * USD.perThousandMetrics;
  const dynamoDb = (readUnits * USD.perMillionReadUnits + writeUnits * USD.perMillionWriteUnits) / 1e6;
  const cells = [
    what,
    `${(minutes / 60).toFixed(1)} h`,
    // The endpoint and its configuration.
    `${told(2 * looks)} calls, $0`,
    `${told(metrics)} in ${told(metrics / METRICS)} calls, $${cloudWatch.toFixed(3)}`,
    `${(largestBytes / 1000).toFixed(1)} KB`,
    `${told(readUnits)} and ${told(writeUnits)}, $${dynamoDb.toFixed(3)}`,
    `$${(cloudWatch + dynamoDb).toFixed(3)}`,
  ];
  return `| ${cells.join(" | ")} |`;
}

function told(count: number): string {
  return Math.round(count).toLocaleString("en");
}
