import type { Decision } from "../../../../functions/core/coordination/decision";
import { requestFates } from "../../../../functions/core/drift/episodes/request-fate";
import { memoryDecisionLog } from "../../../../functions/memory/coordination";
import { NOON, requestOf } from "../../../simulation/requests";

const [ID, HOST, OTHER] = ["drift/flight-delay/1", "data/flight-delay/1", "data/flight-delay/2"];

type Told = Pick<Decision, "outcome" | "reason"> & Partial<Pick<Decision, "into">>;

const START = { outcome: "start", reason: "all-checks-passed" } as const;
const DEFER = { outcome: "defer", reason: "cooldown" } as const;
const ASK = { outcome: "ask", reason: "approval-needed" } as const;
const DUPLICATE = { outcome: "duplicate", reason: "duplicate" } as const;

describe("requestFates", () => {
  it("should know nothing of a request that nobody decided on", async () => {
    expect(await requestFates(memoryDecisionLog()).fateOf(ID)).toBeUndefined();
  });

  it.each<[string, readonly Told[]]>([
    ["waits", [DEFER]],
    ["waits for approval", [DEFER, ASK]],
    ["runs", [START]],
    ["was displaced by a more urgent one", [ASK, { outcome: "defer", reason: "waiting-for-approval" }]],
    ["was merged into one that nobody knows", [{ outcome: "merge", reason: "cooldown", into: HOST }]],
    ["was merged into one that no record names", [{ outcome: "merge", reason: "cooldown" }]],
  ])("should not know the fate of a request that %s", async (_, told) => {
    const { log } = await logOf({ [ID]: told });
    await log.recordRun(ID, "run-1");

    expect(await requestFates(log).fateOf(ID)).toBeUndefined();
  });

  it.each([
    ["succeeded", { type: "trained", startedAt: NOON, at: NOON + 50 }],
    ["failed", { type: "failed", at: NOON + 50 }],
    ["stopped", { type: "failed", at: NOON + 50 }],
  ] as const)("should know a run that %s", async (status, fate) => {
    const { log } = await logOf({ [ID]: [START, DUPLICATE] });
    await log.recordOutcome({ requestId: ID, status }, NOON + 50);

    expect(await requestFates(log).fateOf(ID)).toEqual(fate);
  });

  it("should count from the start that stood, when another was taken back before", async () => {
    const { log, timeOf } = await logOf({ [ID]: [START, START] });
    await log.recordOutcome({ requestId: ID, status: "succeeded" }, NOON + 50);

    expect(await requestFates(log).fateOf(ID)).toEqual({ type: "trained", startedAt: timeOf(ID, 1), at: NOON + 50 });
  });

  it.each([
    ["not-approved", "refused", "a person refused it"],
    ["skipped", "refused", "a person left it out when the model was resumed"],
    ["expired", "expired", "it could not start for as long as the policy lets a request wait"],
    ["approval-expired", "expired", "nobody approved it in time"],
    ["backlog-full", "expired", expect.stringContaining("as many requests wait")],
    ["unknown-model", "expired", "no model of this name is configured"],
    ["a-reason-of-a-later-version" as "expired", "expired", "it was rejected"],
  ] as const)("should take %s for %s", async (reason, type, why) => {
    const { log, timeOf } = await logOf({ [ID]: [DEFER, { outcome: "reject", reason }, DUPLICATE] });

    expect(await requestFates(log).fateOf(ID)).toEqual({ type, at: timeOf(ID, 1), why });
  });

  it("should follow a request into those that it became part of", async () => {
    const { log, timeOf } = await logOf({
      [ID]: [{ outcome: "merge", reason: "cooldown", into: HOST }, DUPLICATE],
      [HOST]: [DEFER, { outcome: "merge", reason: "paused", into: OTHER }],
      [OTHER]: [DEFER, START],
    });
    await log.recordOutcome({ requestId: OTHER, status: "succeeded" }, NOON + 50);

    expect(await requestFates(log).fateOf(ID)).toEqual({ type: "trained", startedAt: timeOf(OTHER, 1), at: NOON + 50 });
  });

  it("should not take the training that took the data of a host along for that of the request", async () => {
    const { log } = await logOf({
      [ID]: [{ outcome: "merge", reason: "cooldown", into: HOST }],
      [HOST]: [DEFER, { outcome: "reject", reason: "expired" }, { outcome: "merge", reason: "taken-along", into: OTHER }],
      [OTHER]: [START],
    });
    await log.recordOutcome({ requestId: OTHER, status: "succeeded" }, NOON + 50);

    expect(await requestFates(log).fateOf(ID)).toMatchObject({ type: "expired" });
  });

  it("should give up where requests merge in a circle, after a few reads", async () => {
    const { log } = await logOf({
      [ID]: [{ outcome: "merge", reason: "cooldown", into: HOST }],
      [HOST]: [{ outcome: "merge", reason: "cooldown", into: ID }],
    });
    let reads = 0;
    const counted = {
      read: (id: string) => {
        reads++;
        return log.read(id);
      },
    };

    expect(await requestFates(counted).fateOf(ID)).toBeUndefined();
    expect(reads).toBeLessThan(30);
  });

  it("should reject when the log does not answer", async () => {
    const fates = requestFates({ read: () => Promise.reject(new Error("no answer")) });

    await expect(fates.fateOf(ID)).rejects.toThrow("no answer");
  });
});

// Helpers

/** A log with decisions on some requests, each later than the one before, and when each was decided. */
async function logOf(told: Readonly<Record<string, readonly Told[]>>) {
  const log = memoryDecisionLog();
  const times = new Map<string, number>();
  for (const [requestId, decisions] of Object.entries(told)) {
    const request = requestOf("1", { id: requestId });
    for (const [index, { into, ...rest }] of decisions.entries()) {
      const decidedAt = NOON + index;
      times.set(`${requestId} ${index}`, decidedAt);
      await log.record({ requestId, model: request.model, decidedAt, checks: [], request, ...rest, ...(into && { into }) });
    }
  }
  return { log, timeOf: (requestId: string, index: number) => times.get(`${requestId} ${index}`) };
}
