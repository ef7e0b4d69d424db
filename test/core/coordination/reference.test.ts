import { readFileSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { CHECKS, REJECT_REASONS } from "../../../functions/core/coordination/decision";
import { playSequence, type Tally } from "../../simulation/reference-sequences";

/** Repeated by `jest --seed` with the seed that jest prints; `npm run bench reference` plays 100,000. */
const SEQUENCES = 2_000;

/** Of sequences that between them are decided for every reason: the rarest of them comes about in one of a hundred. */
const GUARD_SEEDS = Array.from({ length: 1_000 }, (_, seed) => seed);

/** What decides without ever deferring, and what is decided before a model's state is read. */
const ELSEWHERE: readonly string[] = ["defer duplicate", "defer approval-needed", "reject unknown-model"];

describe("the rules of docs/coordinator.md", () => {
  it("should be numbered without a gap, and refer to rules that there are", () => {
    const page = readFileSync(join(__dirname, "../../../docs/coordinator.md"), "utf8");
    const stated = [...page.matchAll(/(?:^- |\| )\*\*(R\d+)\*\*/gm)].map(([, rule]) => rule);
    const named = [...page.matchAll(/\bR\d+\b/g)].map(([rule]) => rule);

    expect(stated).toEqual(stated.map((_, index) => `R${index + 1}`));
    expect(named.filter((rule) => !stated.includes(rule))).toEqual([]);
  });

  it(`should be those that the coordinator decides by, over ${SEQUENCES} random sequences of events`, () => {
    fc.assert(
      fc.property(fc.integer(), (seed) => playSequence(seed, new Map())),
      { numRuns: SEQUENCES, seed: jest.getSeed(), endOnFailure: true },
    );
  });

  it(`should all have been decided by, in the ${GUARD_SEEDS.length} sequences of fixed seeds`, () => {
    const tally: Tally = new Map();

    for (const seed of GUARD_SEEDS) playSequence(seed, tally);

    const reasons = [
      ...CHECKS.map((check) => `defer ${check}`),
      ...Object.keys(REJECT_REASONS).map((reason) => `reject ${reason}`),
    ];
    const worths = [
      ...[
        "passed: price",
        "passed: period",
        "passed: nothing was started yet",
        "passed: labels stopped",
        "passed: no label ever came",
      ],
      ...["refused: debt", "refused: awaited", "refused: labels stopped", "refused: no label ever came", "overridden: debt"],
    ].map((worth) => `adaptive ${worth}`);
    const clock = ["clock passed: price", "clock passed: no label ever came", "clock passed: labels stopped"];
    const outcomes = ["start all-checks-passed", "merge taken-along", "merge paused", "ask approval-needed", "duplicate duplicate"];
    const holdOuts = ["hold-out taken", "hold-out ignored"];
    const names = [...reasons, ...worths, ...clock, ...outcomes, ...holdOuts];
    expect(names.filter((name) => !tally.has(name) && !ELSEWHERE.includes(name))).toEqual([]);
  });
});
