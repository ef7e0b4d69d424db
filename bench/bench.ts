// Prints the tables of docs/figures.md: each figure beside a baseline that was measured in the same run. Names of parts as
// arguments run only those.
import { arch, cpus, platform } from "node:os";
import { bundleFigures } from "./bundles/bundles";
import { captureMonitorFigures } from "./capture-monitor";
import { decisionFigures } from "./decisions";
import { driftFigures } from "./drift/drift";
import { dynamoDbCost } from "./dynamodb-cost";
import { firestoreCost } from "./firestore-cost";
import { historyFigures } from "./history";
import { hostileDocumentFigures } from "./hostile/hostile-documents";
import { modelFigures } from "./models";
import { planTables } from "./plan/plan";
import { policyTables } from "./policies/policies";
import { promotionFigures } from "./promotion/promotion";
import { referenceFigures } from "./reference";
import { rolloutTables } from "./rollout/rollout";
import { simulationFigures } from "./simulation";
import { synthesisFigures } from "./synthesis";
import { markdownTable, type Row } from "./table";
import { tickFigures } from "./ticks/ticks";

/** Parts by their names: rows of the first table, or tables of their own. */
const PARTS: Readonly<Record<string, () => Row[] | string | Promise<Row[] | string>>> = {
  synthesis: synthesisFigures,
  models: modelFigures,
  bundles: bundleFigures,
  decisions: decisionFigures,
  reference: referenceFigures,
  dynamodb: dynamoDbCost,
  firestore: firestoreCost,
  monitor: captureMonitorFigures,
  drift: driftFigures,
  hostile: hostileDocumentFigures,
  ticks: tickFigures,
  promotion: promotionFigures,
  rollout: rolloutTables,
  history: historyFigures,
  policies: policyTables,
  simulation: simulationFigures,
  plan: planTables,
};

async function main(names: readonly string[]): Promise<void> {
  const unknown = names.filter((name) => !Object.hasOwn(PARTS, name));
  if (unknown.length > 0) throw new Error(`no such part: ${unknown.join(", ")}; there are ${Object.keys(PARTS).join(", ")}`);
  const date = new Date().toISOString().slice(0, 10);
  console.log(`${date}, Node ${process.versions.node}, ${platform()}-${arch()}, ${cpus().length} cores\n`);
  const rows: Row[] = [];
  const tables: string[] = [];
  for (const [name, measure] of Object.entries(PARTS)) {
    if (names.length > 0 && !names.includes(name)) continue;
    const measured = await measure();
    if (typeof measured === "string") tables.push(measured);
    else rows.push(...measured);
  }
  if (rows.length > 0) tables.unshift(markdownTable(rows));
  console.log(tables.join("\n\n"));
}

main(process.argv.slice(2)).catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
});
