import { InvalidArgumentError } from "commander";
import type { Control } from "./control/control";
import type { Paint, Printout } from "./printout";

/** Which coordinators a command may ask. */
export const STACKS = ["local", "aws", "gcp"] as const;

/** Options of every command. */
export interface CommonOptions {
  readonly stack: (typeof STACKS)[number];
  readonly state?: string;
  readonly queue?: string;
  readonly environment?: string;
  readonly region?: string;
  readonly namePrefix?: string;
  readonly project?: string;
  /** A configuration that tells the environment, its region or its project. */
  readonly config?: string;
  readonly by: string;
  readonly json?: boolean;
  /** Prints JSON as well, a line each. */
  readonly export?: boolean;
}

/** Runs one command over the control that its options name, and prints what it says. */
export type RunCommand = (options: CommonOptions, command: (control: Control, paint: Paint) => Promise<Printout>) => Promise<void>;

/** Runs one command that needs no coordinator, and prints what it says. */
export type RunAlone = (options: Pick<CommonOptions, "json">, command: (paint: Paint) => Promise<Printout>) => Promise<void>;

/** Rows of a list, where nobody says how many. */
export const DEFAULT_LIMIT = 20;

/** Reads an amount of USD. @throws InvalidArgumentError for anything else */
export function dollars(text: string): number {
  if (/^\d{1,7}(\.\d{1,2})?$/.test(text)) return Number(text);
  throw new InvalidArgumentError("Expected an amount of USD, such as 12.50.");
}

/** Reads a whole number between two. Its reader throws InvalidArgumentError for anything else. */
export function wholeNumber(least: number, most: number): (text: string) => number {
  return (text) => {
    const value = Number(text);
    if (/^\d{1,9}$/.test(text) && value >= least && value <= most) return value;
    throw new InvalidArgumentError(`Expected a whole number from ${least} to ${most}.`);
  };
}
