import { type ErasingPorts, erasePerson } from "../../functions/core/coordination/erase-person";
import type { PromotionState } from "../../functions/core/promotion/promotion-state";
import { following, ordered, started } from "../core/promotion/rollout/rollout-states";
import { settingsOf } from "../simulation/data-path";
import { decisionOf, fullState, NOW, requestOf } from "./coordination-samples";
import { candidateOf, candidateRecordOf, fullPromotion } from "./promotion-samples";

export interface ErasingContract {
  readonly name: string;
  /** Stores without any record. */
  readonly create: () => Promise<Omit<ErasingPorts, "now">>;
}

/** What `erasePerson` does in the stores of a cloud. */
export function describeErasing({ name, create }: ErasingContract): void {
  describe(`erasePerson: ${name}`, () => {
    it("should leave a person in no record, under any spelling, and everybody and everything else as it was", async () => {
      // Arrange
      const ports = await create();
      const { states, decisions, promotions, candidates } = ports;
      const cause = { type: "manual", by: "ZOË (declared)", why: "new labels" } as const;
      const started = decisionOf({ outcome: "start", request: requestOf({ causes: [cause] }) });
      await states.save("flights", fullState(), 0);
      await decisions.record(started);
      await decisions.record(decisionOf({ requestId: "data/flights/13", approvedBy: ["bob"], checks: [] }));
      await decisions.recordRun(started.requestId, "arn:run/12");
      const outcome = { requestId: started.requestId, status: "failed", actualUsd: 2, settledBy: "Zoë" } as const;
      await decisions.recordOutcome(outcome, NOW + 5);
      await promotions.save("flights", fullPromotion(), 0);
      const steps = [candidateRecordOf(), candidateRecordOf({ number: 4, approvedBy: ["bob"], by: "AROA1:ZOË (aws-sqs)" })];
      for (const step of [...steps, candidateRecordOf({ number: 5, approvedBy: ["bob"] })]) await candidates.record(step);
      const before = await recordsOf();
      const erase = () => erasePerson({ ...ports, now: () => NOW }, [{ ...settingsOf(), model: "flights" }], "zoe\u0308");

      // Act
      const erased = [await erase(), await erase()];

      // Assert
      expect(erased).toEqual([
        { states: 2, decisions: 1, runs: 1, candidates: 2 },
        { states: 0, decisions: 0, runs: 0, candidates: 0 },
      ]);
      const forgotten = JSON.stringify(before).replaceAll(/"(AROA1:)?(Zoë|ZOË)( \([a-z-]+\))?"/g, '"erased"');
      expect(await recordsOf()).toEqual(JSON.parse(forgotten));

      async function recordsOf() {
        const histories = await Promise.all(["data/flights/12", "data/flights/13"].map((id) => decisions.read(id)));
        return {
          state: (await states.load("flights"))?.state,
          histories,
          listed: await decisions.list("flights", 10),
          promotion: (await promotions.load("flights"))?.state,
          steps: await candidates.list("flights", 10),
        };
      }
    });

    it("should forget who held and ended a rollout, and who may, so that nobody takes the place in such a list", async () => {
      // Arrange
      const ports = await create();
      const { promotions, candidates } = ports;
      const people = { promote: ["zoë", "bob"], rollBack: ["AROA1:Zoë"] };
      const held = following(started({ people }), ordered("hold", "AROA1:Zoë (aws-sqs)")).rollout;
      const ending = following(started({ people }), ordered("rollback", "Zoë (declared)")).rollout.ending;
      const rollout = { ...held, ...(ending && { ending }) };
      const answer = { id: "answer-1", candidateId: candidateOf(1).id, by: "Zoë (declared)", at: NOW, result: "taken" } as const;
      const state: PromotionState = {
        ...fullPromotion(),
        current: { candidate: candidateOf(1), stage: "rollout", rollout },
        answers: [{ ...answer, do: "rollback" }],
        outbox: [],
      };
      const told = { step: "held", traffic: "5% to the candidate", reason: "person" } as const;
      await promotions.save("flights", state, 0);
      await candidates.record(candidateRecordOf({ step: "rollout", approvedBy: [], by: "zoë (declared)", rollout: told }));

      // Act
      await erasePerson({ ...ports, now: () => NOW }, [{ ...settingsOf(), model: "flights" }], "AROA1:Zoë (aws-sqs)");

      // Assert
      const left = (await promotions.load("flights"))?.state;
      expect(left?.current?.rollout).toEqual({
        ...rollout,
        settings: { ...rollout.settings, people: { promote: ["bob"], rollBack: [] } },
        hold: { ...rollout.hold, by: "erased" },
        ending: { ...rollout.ending, by: "erased" },
      });
      expect(left?.answers).toEqual([{ ...answer, do: "rollback", by: "erased" }]);
      expect(await candidates.list("flights", 10)).toMatchObject([{ by: "erased", rollout: told }]);
    });
  });
}
