import { readTextFile } from "../../config/yaml/yaml-file";
import { plainLine } from "../../functions/core/plain-text";
import { CommandError } from "../command-error";

const TOLD_MISTAKES = 10;
const MAX_AGE = 100_000;

/**
 * The error of a model by its age, in steps since it serves, from a CSV file with the columns `age` and `error`. Ages that are
 * left out have the error of the age before.
 * @throws CommandError that names all mistakes, each with its line
 */
export function readCurve(file: string): readonly number[] {
  const read = readTextFile(file);
  if (!read.isRead) throw new CommandError(`${file}: cannot be read (${read.refusal}); expected a CSV file with age,error`);
  const rows = read.text.replace(/^\uFEFF/, "").split(/\r?\n/);
  const errors = new Map<number, number>();
  const mistakes: string[] = [];
  for (const [index, row] of rows.entries()) {
    const isHeading = index === 0 && /^\s*age\s*,\s*error\s*$/i.test(row);
    if (row.trim() === "" || isHeading) continue;
    const [age, error] = numbersOf(row);
    const isRight = age !== undefined && error !== undefined && Number.isInteger(age) && age >= 0 && age <= MAX_AGE;
    if (isRight && error >= 0 && error <= 1) errors.set(age, error);
    else mistakes.push(`${file}:${index + 1}: got ${plainLine(row, 80)}; expected age,error: a whole number of steps, and 0 to 1`);
  }
  if (mistakes.length > 0) throw new CommandError(mistakes.slice(0, TOLD_MISTAKES).join("\n"));
  const first = errors.get(0) ?? errors.get(1);
  if (first === undefined) throw new CommandError(`${file}: no error at age 0 or 1; expected lines such as 0,0.12`);
  const curve = [first];
  const oldest = [...errors.keys()].reduce((most, age) => Math.max(most, age), 0);
  for (let age = 1; age <= oldest; age++) curve.push(errors.get(age) ?? curve[age - 1] ?? first);
  return curve;
}

function numbersOf(row: string): readonly (number | undefined)[] {
  const cells = row.split(",");
  return cells.length === 2 ? cells.map((cell) => (cell.trim() === "" ? undefined : Number(cell))) : [];
}
