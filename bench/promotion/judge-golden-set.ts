// A measured process: three models on a golden set of a million rows, held in memory, and judged.

import { seededRandom } from "../../functions/core/capture/seeded-random";
import type { PredictionTable } from "../../functions/core/promotion/evaluation/prediction-table";
import { checkGuardrails } from "../../functions/core/promotion/guardrails/check-guardrails";
import { CLASSES, evidenceOf, GOLDEN, guardrailPolicyOf, modelOf } from "../../test/simulation/golden-set";
import { PEAK_MARK, peakKb } from "../peak-memory";

const ROWS = 1_000_000;
const SLICES = { country: 20, device: 4 };

const [mode = "tables"] = process.argv.slice(2);
const isNumbers = mode === "rmse";
const [candidate, champion, baseline] = [2, 1, 0].map(tableOfModel) as [PredictionTable, PredictionTable, PredictionTable];
if (mode !== "tables") {
  const policy = guardrailPolicyOf({
    goldenSet: { sha256: GOLDEN, rows: ROWS },
    metrics: [{ name: mode, direction: isNumbers ? "lower" : "higher", margin: 0.001 }],
    slices: { columns: Object.keys(SLICES), minRows: 200 },
  });
  const evidence = evidenceOf(modelOf(candidate), { champion: modelOf(champion), baseline: modelOf(baseline) });
  const checks = checkGuardrails(policy, evidence);
  console.log(checks.map(({ name, verdict }) => `${name} ${verdict}`).join(", "));
}
console.log(`${PEAK_MARK}${peakKb()}`);

/** Labels and what models share are drawn by one seed, so that they need not be kept. */
function tableOfModel(model: number): PredictionTable {
  const [shared, own] = [seededRandom("rows"), seededRandom(`model ${model}`)];
  const table = {
    rows: ROWS,
    ids: new Float64Array(ROWS),
    labels: new Float64Array(ROWS),
    predictions: new Float64Array(ROWS),
    ...(!isNumbers && { classes: CLASSES, scores: new Float64Array(ROWS) }),
    slices: Object.fromEntries(
      Object.entries(SLICES).map(([column, many]) => {
        return [column, { names: Array.from({ length: many }, (_, place) => `${column} ${place}`), codes: new Uint32Array(ROWS) }];
      }),
    ),
  };
  for (let row = 0; row < ROWS; row++) {
    const label = isNumbers ? 10 * shared() : Number(shared() < 0.3);
    const score = label + shared() + own() / 4;
    table.ids[row] = row;
    table.labels[row] = label;
    table.predictions[row] = isNumbers ? score : Number(score > 1.1);
    if (table.scores) table.scores[row] = score;
    for (const { names, codes } of Object.values(table.slices)) codes[row] = Math.floor(shared() * names.length);
  }
  return table;
}
