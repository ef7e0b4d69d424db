import { answer } from "../../../cli/commands/answer";
import { decisions } from "../../../cli/commands/decisions";
import { pause, resume } from "../../../cli/commands/interventions";
import { state } from "../../../cli/commands/state";
import { gcpControl } from "../../../cli/control/gcp-control";
import { painter } from "../../../cli/printout";
import { initialState } from "../../../functions/core/coordination/coordinator-state";
import { decide } from "../../../functions/core/coordination/decide";
import { firestoreCoordinatorStore } from "../../../functions/gcp/adapters/firestore/versioned-store";
import { MODELS } from "../../../local/clouds/local-clouds";
import { describeWithFirestore } from "../../contracts/firestore-endpoint";
import { driftRequest, START } from "../local-run";

const STATE = "projects/p/databases/retrigger-dev";

describe("gcpControl", () => {
  it("should say what names the state database, and how", () => {
    expect(() => gcpControl({}, {}, Date.now)).toThrow(/^name the state database with --state or RETRIGGER_STATE/);
    expect(() => gcpControl({ state: "retrigger-dev" }, {}, Date.now)).toThrow(
      "got the state database retrigger-dev; expected projects/<project>/databases/<database>",
    );
  });

  it("should say what names the request topic when it is needed", async () => {
    const control = gcpControl({ state: STATE }, {}, Date.now);
    const cause = { type: "manual", by: "ada", why: "why" } as const;
    const request = { id: "manual/m/1", model: "m", causes: [cause], priority: 3, manifests: [], requestedAt: 0 };

    await expect(control.trigger(request)).rejects.toThrow(/^name the request topic with --queue or RETRIGGER_REQUESTS/);
    control.close();
  });
});

describeWithFirestore("gcpControl over Firestore", (firestore) => {
  it("should save interventions into the deployed state, and leave what follows to the sweeper", async () => {
    const database = firestore().createDatabase();
    const [settings] = MODELS.gcp;
    if (settings === undefined) throw new Error("there is no model");
    await database.doc(`settings/${settings.model}`).set({ settings });
    const store = firestoreCoordinatorStore(database);
    await store.save(settings.model, decide(settings.policy, initialState(START), driftRequest(), START).state, 0);
    const control = gcpControl(
      { state: STATE },
      {},
      () => START,
      () => firestore().createClient(),
    );

    await pause(control, settings.model, "ada", "broken sensor");
    expect((await state(control, settings.model, painter(false))).text).toContain(
      "by ada since 2001-01-01 00:00:00: broken sensor",
    );
    await resume(control, settings.model, "ada", "merged");
    await answer(control, driftRequest().id, { by: "grace", isApproved: true }, painter(false));

    const saved = await firestoreCoordinatorStore(firestore().createClient()).load(settings.model);
    expect(saved?.state.outbox.map(({ type }) => type)).toEqual(["record", "notify", "start", "record"]);
    expect((await decisions(control, {}, 5, painter(false))).data).toEqual([]);
  });

  it("should keep the end of a run that a person tells as long as the functions keep it", async () => {
    // Arrange
    const database = firestore().createDatabase();
    const [settings] = MODELS.gcp;
    if (settings === undefined) throw new Error("there is no model");
    const open = () => firestore().createClient();
    const control = gcpControl({ state: STATE }, {}, () => START, open);

    // Act
    await control.settle(settings, { requestId: "manual/m/1", status: "failed", settledBy: "ada" });

    // Assert
    const { docs } = await database.collection("runs").get();
    expect(docs.map((run) => [run.get("settledBy"), run.get("expireAt").toMillis()])).toEqual([["ada", START + 400 * 86_400_000]]);
  });
});
