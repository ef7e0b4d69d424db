import { PoisonMessageError } from "../../errors";
import { areNumbered, type CapturedRow, type LineReading, type NamedValues } from "./captured-row";

/**
 * Inputs and outputs of one line, row by row. As many values without names in one row as there are inputs are taken for one output
 * each, as XGBoost's container answers a batch. Outputs of another number are nobody's, and left out with the reason; so are those
 * that `readOutputs` refuses with a PoisonMessageError.
 */
export function pairedRows(
  inputs: readonly NamedValues[] | undefined,
  readOutputs: () => readonly NamedValues[] | undefined,
): LineReading {
  if (inputs === undefined) return { rows: readOutputs()?.map((output) => ({ outputs: output })) ?? [] };
  const outputs = readableOutputs(readOutputs);
  const alone = () => inputs.map((input) => ({ inputs: input }));
  if (outputs === undefined) return { rows: alone() };
  if (typeof outputs === "string") return { rows: alone(), problem: outputs };
  const answers = inputs.length > 1 && outputs.length === 1 ? outputs.flatMap(spread) : outputs;
  if (answers.length !== inputs.length) {
    return { rows: alone(), problem: `got ${answers.length} outputs of ${inputs.length} inputs, expected as many` };
  }
  return {
    rows: inputs.map((input, index): CapturedRow => ({ inputs: input, ...(answers[index] && { outputs: answers[index] }) })),
  };
}

/** Outputs, or why there are none. */
function readableOutputs(read: () => readonly NamedValues[] | undefined): readonly NamedValues[] | string | undefined {
  try {
    return read();
  } catch (error) {
    if (error instanceof PoisonMessageError) return `output: ${error.message}`;
    throw error;
  }
}

/** Each value of a row as a row of its own, where nothing but its place tells it from the others. */
function spread(row: NamedValues): NamedValues[] {
  const { names, values, isTyped } = row;
  return areNumbered(names) ? values.map((value) => ({ names: names.slice(0, 1), values: [value], isTyped })) : [row];
}
