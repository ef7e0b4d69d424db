import { type CoordinatorState, initialState, RECENT_IDS } from "../../../functions/core/coordination/coordinator-state";
import { decideRequest } from "../../../functions/core/coordination/handle-coordinator-message";
import { MAX_MANIFESTS } from "../../../functions/core/coordination/request-size";
import { withSetAside } from "../../../functions/core/coordination/set-aside";
import { settingsOf } from "../../simulation/data-path";
import { MANUAL, NOON, policyOf, requestOf } from "../../simulation/requests";

const SETTINGS = { ...settingsOf(), data: { ...settingsOf().data, bucket: "data" }, policy: policyOf() };
const NOT_LOGGED = { isDecided: false, ended: [] };

describe("decideRequest", () => {
  const asking = requestOf("9", { causes: [MANUAL], manifests: [], takesAlong: ["data/flight-delay/1", "data/flight-delay/1"] });

  it("should take the data of an ended request along once, however often it is named", () => {
    const state = withSetAside(initialState(NOON), requestOf("1"), "expired", NOON);

    const { decisions, untaken } = decideRequest(SETTINGS, state, asking, NOT_LOGGED, NOON);

    expect(decisions.map(({ outcome }) => outcome)).toEqual(["merge", "start"]);
    expect(decisions.at(-1)?.request.manifests).toEqual(requestOf("1").manifests);
    expect(untaken).toEqual([]);
  });

  it("should take along no more manifests than one training takes, and leave and name what does not fit", () => {
    const ended = ["1", "2"].map((id) =>
      requestOf(id, {
        manifests: Array.from({ length: MAX_MANIFESTS - 1 }, (_, n) => ({ uri: `s3://data/${n}`, objects: 1, bytes: 1 })),
      }),
    );
    const state: CoordinatorState = {
      ...initialState(NOON),
      paused: { by: "ada", why: "audit", at: NOON },
      setAside: [{ request: requestOf("3"), reason: "skipped", at: NOON }],
    };
    const ids = ["1", "2", "3"].map((id) => `data/flight-delay/${id}`);

    const taking = { ...asking, takesAlong: ids };
    const { decisions, untaken } = decideRequest(SETTINGS, state, taking, { isDecided: false, ended }, NOON);

    expect(untaken).toEqual(["data/flight-delay/2"]);
    expect(decisions.at(-1)?.request.manifests).toHaveLength(MAX_MANIFESTS);
  });

  it("should know a request by its record in the outbox, when the state remembers newer ones and the log has none yet", () => {
    const first = decideRequest(SETTINGS, initialState(NOON), requestOf("1"), NOT_LOGGED, NOON).state;
    const newer = Array.from({ length: RECENT_IDS }, (_, n) => `data/flight-delay/newer-${n}`);

    const again = decideRequest(SETTINGS, { ...first, recentIds: newer }, requestOf("1"), NOT_LOGGED, NOON);

    expect(again.decisions).toMatchObject([{ outcome: "duplicate" }]);
  });

  it("should reject a request by its form once, though it is delivered again before its record was written", () => {
    const late = requestOf("1", { requestedAt: NOON + 2 * 86_400_000 });
    const first = decideRequest(SETTINGS, initialState(NOON), late, NOT_LOGGED, NOON);

    const again = decideRequest(SETTINGS, first.state, late, NOT_LOGGED, NOON + 1);

    expect(first.decisions).toMatchObject([{ outcome: "reject", reason: "from-the-future" }]);
    expect(again.decisions).toMatchObject([{ outcome: "duplicate" }]);
  });
});
