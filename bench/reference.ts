import { playSequence } from "../test/simulation/reference-sequences";
import type { Row } from "./table";

const SEQUENCES = 100_000;

/**
 * Random sequences of events on which the coordinator decides as the reference model does, which is written from
 * docs/coordinator.md.
 * @throws AssertionError with the seed of the first sequence on which they differ
 */
export function referenceFigures(): Row[] {
  const startedAt = performance.now();
  const tally = new Map<string, number>();
  for (let seed = 1; seed <= SEQUENCES; seed++) playSequence(seed, tally);
  const decisions = [...tally.values()].reduce((sum, count) => sum + count, 0);
  const seconds = Math.round((performance.now() - startedAt) / 1000);
  return [
    {
      what: "random sequences on which the coordinator agrees with the rules' reference model, money included",
      measured: `${SEQUENCES.toLocaleString("en")}, with ${decisions.toLocaleString("en")} decisions, in ${seconds} s`,
      baseline: "",
      ratio: "",
      budget: SEQUENCES.toLocaleString("en"),
      isWithin: true,
    },
  ];
}
