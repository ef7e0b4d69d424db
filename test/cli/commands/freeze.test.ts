import { join } from "node:path";
import { freeze, pause, resume, thaw } from "../../../cli/commands/interventions";
import { backlog, state } from "../../../cli/commands/state";
import { trigger } from "../../../cli/commands/trigger";
import { localControl } from "../../../cli/control/local-control";
import { painter } from "../../../cli/printout";
import { filePromotionStore } from "../../../local/files/file-stores";
import { RECORD_FOLDER } from "../../../local/files/replay-record";
import { dataRequest, localRun, START } from "../local-run";
import { promotedRun } from "../promoted-run";

const paint = painter(false);
const MODEL = "west-coast";

describe("freeze and thaw", () => {
  it("should let start what a person asks for, and nothing else, and be told apart from a pause", async () => {
    const control = await openRun();

    const { text } = await freeze(control, MODEL, "ada", "no gain");
    const own = await trigger(
      control,
      MODEL,
      { why: "new labels", by: "bob", priority: 3, isForced: false, takesAlong: [] },
      paint,
    );
    await control.trigger(dataRequest(5, { id: "data/west-coast/5", model: MODEL }));

    expect(text).toBe(
      "west-coast is frozen; what a person asks for still starts, and the rest waits until retrigger thaw west-coast",
    );
    expect(own.text).toContain("start: all-checks-passed");
    expect((await backlog(control, MODEL)).text).toContain("data/west-coast/5");
    const told = (await state(control, MODEL, paint)).text;
    expect(told).toMatch(/^ {2}paused +no$/m);
    expect(told).toMatch(
      /^ {2}frozen +by ada \(declared\) since 2001-01-01 12:00:00: no gain; what a person asks for still starts$/m,
    );
  });

  it("should end with a thaw, and catch up as a resume does", async () => {
    const control = await openRun();
    await freeze(control, MODEL, "ada", "no gain");
    await control.trigger(dataRequest(5, { id: "data/west-coast/5", model: MODEL }));

    const { text } = await thaw(control, MODEL, "ada", "skip");

    expect(text).toMatch(/^west-coast is thawed\nrejected; .*\n {2}west-coast {2}data\/west-coast\/5/);
    expect((await control.state(MODEL)).paused).toBeUndefined();
  });

  it("should thaw what is frozen alone, and say what ends a pause", async () => {
    const control = await openRun();

    await expect(thaw(control, MODEL, "ada", "merged")).rejects.toThrow("west-coast is not frozen");
    await pause(control, MODEL, "ada", "broken sensor");
    await expect(thaw(control, MODEL, "ada", "merged")).rejects.toThrow(
      "west-coast is not frozen but paused, by ada (declared) since 2001-01-01 12:00:00; retrigger resume west-coast ends that",
    );

    expect((await control.state(MODEL)).paused).toMatchObject({ why: "broken sensor" });
  });

  it("should neither freeze nor pause what is paused or frozen, and say which it is", async () => {
    const control = await openRun();
    await freeze(control, MODEL, "ada", "no gain");

    const frozen = "west-coast is frozen already, by ada (declared) since 2001-01-01 12:00:00: no gain; retrigger thaw";
    await expect(freeze(control, MODEL, "bob", "again")).rejects.toThrow(frozen);
    await expect(pause(control, MODEL, "bob", "all of it")).rejects.toThrow(frozen);
    await resume(control, MODEL, "ada", "merged");
    await pause(control, MODEL, "ada", "broken sensor");
    await expect(freeze(control, MODEL, "bob", "no gain")).rejects.toThrow("west-coast is paused already, by ada (declared)");
  });

  it("should begin the chain of promotions again where promotion froze the model", async () => {
    // Arrange
    const folder = await promotedRun({}, []);
    const store = filePromotionStore(join(folder, RECORD_FOLDER));
    const before = await store.load("flight-delay");
    if (before === undefined) throw new Error("there is no promotion");
    const promotions = [{ candidateId: "candidate/flight-delay/delays-1", at: START, metric: "accuracy", value: 0.9 }];
    await store.save("flight-delay", { ...before.state, frozenAt: START, promotions }, before.version);
    const control = await localControl(folder, () => 0);
    await control.answer({
      ...{ source: "retrigger.person", id: "00000000-0000-4000-8000-000000000001", model: "flight-delay", by: "promotion" },
      ...{ do: "pause", why: "no gain", isFreeze: true },
    });

    // Act
    await thaw(control, "flight-delay", "ada", "merged");

    // Assert
    const after = await control.promotion("flight-delay");
    expect([after?.frozenAt, after?.promotions]).toEqual([undefined, []]);
  });

  it("should have a candidate judged that the run left, by what is there of it", async () => {
    const control = await localControl(await promotedRun({}, [{}]), () => 0);

    const { text } = await freeze(control, "flight-delay", "ada", "no gain");

    expect(text).toContain("flight-delay is frozen");
    expect((await control.promotion("flight-delay"))?.current).toMatchObject({ stage: "approval" });
  });

  it("should want a reason and a name", async () => {
    const control = await openRun();

    await expect(freeze(control, MODEL, "ada", " ")).rejects.toThrow("--why: got a blank text");
    await expect(thaw(control, MODEL, "", "merged")).rejects.toThrow("--by: got a blank text");
  });
});

// Helpers

async function openRun() {
  return await localControl(await localRun(), () => 0);
}
