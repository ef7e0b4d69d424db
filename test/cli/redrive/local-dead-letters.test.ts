import { localControl } from "../../../cli/control/local-control";
import { painter } from "../../../cli/printout";
import { redrive } from "../../../cli/redrive/redrive";
import { type DeadLetterRecord, RECORD_FOLDER, readDeadLetters, writeRedriveRecord } from "../../../local/files/replay-record";
import { dataRequest, localRun, RESTED_AT } from "../local-run";

const RESEND = { now: RESTED_AT, isDryRun: false, includesBroken: false, discardsObsolete: false };

describe("redrive of a local run", () => {
  it("should say so when the run tells of no dead letters", async () => {
    const control = await localControl(await localRun(dataRequest(1)), () => 0);

    const letters = await control.deadLetters();

    await expect(redrive(letters, RESEND, painter(false), () => {})).rejects.toThrow(/tells of no dead letters; npm start/);
  });

  it("should hand a request to the coordinator once, however often it died, and leave one that fails", async () => {
    const folder = await localRun(dataRequest(1));
    const record = `${folder}/${RECORD_FOLDER}`;
    const deadLetters = [letter("a", dataRequest(2)), letter("b", dataRequest(2)), letter("c", { ...dataRequest(3), id: "" })];
    await writeRedriveRecord(record, { deadLetters, landed: [], requests: [dataRequest(1), dataRequest(2)], batches: {} });
    const control = await localControl(folder, () => 0);

    const redriven = await redrive(await control.deadLetters(), RESEND, painter(false), () => {});
    const forced = await redrive(await control.deadLetters(), { ...RESEND, includesBroken: true }, painter(false), () => {});

    const { decisions } = (await control.history(dataRequest(2).id)) ?? { decisions: [] };
    expect(redriven).toMatchObject({
      isRefused: false,
      data: { counts: { "re-sent": 2, left: 1 }, settled: { isBalanced: true } },
    });
    expect(decisions.map(({ outcome }) => outcome)).toContain("duplicate");
    expect(decisions.filter(({ outcome }) => outcome !== "duplicate")).toHaveLength(1);
    expect(forced).toMatchObject({ isRefused: true, data: { counts: { failed: 1 } } });
    expect((await readDeadLetters(record)).map(({ message }) => message.id)).toEqual(["c"]);
  });
});

// Helpers

function letter(id: string, request: object): DeadLetterRecord {
  const message = { id, body: JSON.stringify(request), sequence: 1, sentAt: 0, group: "flight-delay", receives: 5, visibleAt: 0 };
  return { queue: "requests", message };
}
