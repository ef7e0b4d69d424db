import { answer } from "../../cli/commands/answer";
import { type DecisionFilter, decisions, exportDecisions } from "../../cli/commands/decisions";
import { clear, erasePerson, pause, resume, settle } from "../../cli/commands/interventions";
import { backlog, state } from "../../cli/commands/state";
import { trigger } from "../../cli/commands/trigger";
import { why } from "../../cli/commands/why";
import { localControl } from "../../cli/control/local-control";
import { painter } from "../../cli/printout";
import type { Decision } from "../../functions/core/coordination/decision";
import type { TrainingRequest } from "../../functions/core/training-request";
import { mixOf } from "../contracts/coordination-samples";
import { dataRequest, driftRequest, HOUR_MS, localRun } from "./local-run";

const paint = painter(false);
const MANIFESTS = [{ uri: "s3://flights-landing/a.manifest", objects: 100, bytes: 1e6 }];
const ANSWER = {
  source: "retrigger.person",
  id: "00000000-0000-4000-8000-000000000009",
  model: "west-coast",
  by: "carol",
} as const;
const FRESH = { why: "new labels", by: "ada", priority: 3, isForced: false, takesAlong: [] };

describe("decisions", () => {
  it("should list the newest first, and select by outcome", async () => {
    const { control } = await openRun(
      dataRequest(1, { manifests: MANIFESTS }),
      dataRequest(2, { manifests: MANIFESTS }),
      dataRequest(1),
    );

    const all = await decisions(control, {}, 20, paint);
    const starts = await decisions(control, { model: "flight-delay", outcome: "start" }, 20, paint);

    expect(outcomes(all.data)).toEqual(["duplicate", "defer", "start"]);
    expect(outcomes(starts.data)).toEqual(["start"]);
    expect(starts.text).toContain("all-checks-passed");
  });

  it("should select by time and cause", async () => {
    const { control } = await openRun(dataRequest(1, { manifests: MANIFESTS }), driftRequest(), dataRequest(2));
    const idsOf = async (filter: DecisionFilter) =>
      ((await decisions(control, filter, 20, paint)).data as Decision[]).map(({ requestId }) => requestId);

    expect(await idsOf({ cause: "drift" })).toEqual(["drift/flight-delay/1"]);
    expect(await idsOf({ since: "2001-01-01T01:00Z", until: "2001-01-01T02:00Z" })).toEqual(["drift/flight-delay/1"]);
    expect(await idsOf({ since: "11h" })).toEqual(["data/flight-delay/2", "drift/flight-delay/1"]);
    expect(await idsOf({ until: "2001-01-01" })).toEqual([]);
  });

  it.each(["yesterday", "7", "2001-1-01", "2001-01-01T10:00", "-3d", ""])(
    "should tell the forms of a time for %j",
    async (since) => {
      const { control } = await openRun();

      await expect(decisions(control, { since }, 20, paint)).rejects.toThrow(
        `--since ${since}: expected how long ago, such as 36h or 7d, a day such as 2026-11-01, or a time with its offset`,
      );
    },
  );

  it("should export all that are selected as lines of JSON", async () => {
    const { control } = await openRun(...[1, 2, 3].map((generation) => dataRequest(generation, { manifests: MANIFESTS })));

    const lines = await Array.fromAsync(exportDecisions(control, { since: "11h" }));

    const ids = lines.map((line) => (JSON.parse(line) as Decision).requestId);
    expect(ids).toEqual(["data/flight-delay/3", "data/flight-delay/2"]);
  });

  it("should name the models when one is unknown", async () => {
    const { control } = await openRun();

    await expect(decisions(control, { model: "nope" }, 1, paint)).rejects.toThrow(
      "no model nope; there are flight-delay, west-coast",
    );
  });
});

describe("why", () => {
  it("should tell the numbers, what would have changed the answer, and what it merged into", async () => {
    const { control } = await openRun(dataRequest(1, { manifests: MANIFESTS }), dataRequest(2), dataRequest(3));

    const { text } = await why(control, "data/flight-delay/3", paint);

    expect(text).toContain("cooldown              refused     sinceLastStartMs 2 h, cooldownMs 6 h  → drift of priority 1 or 2");
    expect(text).toContain("from 2001-01-01 06:00:00 on");
    expect(text).toContain("data/flight-delay/3 → data/flight-delay/2");
  });

  it("should tell the whole way by time, from each cause to the outcome of the run", async () => {
    const { control } = await openRun(dataRequest(1, { manifests: MANIFESTS }), dataRequest(2), dataRequest(3));

    const { text } = await why(control, "data/flight-delay/3", paint);

    const chain = /From cause to outcome\n((?: {2}.*\n)+)/.exec(text)?.[1]?.split("\n").slice(0, -1);
    expect(chain).toEqual([
      "  2001-01-01 00:00:00  the first object of batch 3 landed",
      "  2001-01-01 00:00:00  batch 3 was sealed (size)",
      "  2001-01-01 00:00:00  the first object of batch 2 landed",
      "  2001-01-01 00:00:00  batch 2 was sealed (size)",
      "  2001-01-01 01:00:00  data/flight-delay/2: defer, run-in-progress",
      "  2001-01-01 02:00:00  data/flight-delay/3: merge into data/flight-delay/2, run-in-progress",
    ]);
  });

  it("should tell the rule and the event that a request was raised by", async () => {
    const event = "SageMaker Ground Truth Labeling Job State Change";
    const cause = { type: "event", rule: "labels-ready", event, subject: "flights-7 (Completed)", at: 0 } as const;
    const { control } = await openRun(dataRequest(1, { id: "event/flight-delay/labels-ready-1", causes: [cause] }));

    const { text } = await why(control, "event/flight-delay/labels-ready-1", paint);

    expect(text).toContain(`flight-delay: rule labels-ready (${event}: flights-7 (Completed))`);
  });

  it("should tell the run of what started, and how it ended", async () => {
    const { control } = await openRun(dataRequest(1, { manifests: MANIFESTS }));

    const { text } = await why(control, "data/flight-delay/1", paint);

    expect(text).toMatch(/run arn:aws:sagemaker:\S+\n {2}(succeeded|failed) 2001-01-01 0\d:.*, cost \d+\.\d\d USD$/);
  });

  it("should tell what of the hold-out went into the run, and hide what a terminal would obey", async () => {
    const { control } = await openRun(dataRequest(1, { manifests: MANIFESTS }));
    const history = await control.history("data/flight-delay/1");
    const run = { ...history?.run, mix: mixOf({ sentence: "no hold-out is in it: there is no s3://lake/\u001b[31m" }) };

    const { text } = await why(
      { ...control, history: async () => ({ decisions: [], ...history, run }) },
      "data/flight-delay/1",
      paint,
    );

    expect(text).toMatch(
      /run arn:\S+\n {2}training mix: no hold-out is in it: there is no s3:\/\/lake\/\\u001b\[31m\n {2}(succeeded|failed)/,
    );
  });

  it("should name no request that is unlike the unknown one, and of what was typed no more than an id may have", async () => {
    const { control } = await openRun(dataRequest(1), dataRequest(2));

    await expect(why(control, "nope", paint)).rejects.toThrow(/^no request nope; retrigger decisions lists them$/);
    await expect(why(control, `x\u001b[31m${"y".repeat(3_000)}`, paint)).rejects.toThrow(
      /^no request x\\u001b\[31my{1,300}…; retrigger decisions lists them$/,
    );
  });

  it("should name the nearest requests when one is unknown", async () => {
    const { control } = await openRun(dataRequest(1), dataRequest(2));

    await expect(why(control, "data/flight-dely/2", paint)).rejects.toThrow(
      "no request data/flight-dely/2; the nearest are data/flight-delay/2",
    );
  });
});

describe("answer", () => {
  it("should start what was approved, and refuse a second answer", async () => {
    const { control } = await openRun(driftRequest());

    const { text } = await approve(control);

    expect(text).toContain("start: all-checks-passed");
    expect((await control.history("drift/flight-delay/1"))?.run?.runId).toContain("execution/");
    await expect(approve(control)).rejects.toThrow(/does not wait for approval: it was approved by grace \(declared\) and started/);
  });

  it("should end what was refused", async () => {
    const { control } = await openRun(driftRequest());

    await answer(control, "drift/flight-delay/1", { by: "grace", isApproved: false }, paint);

    await expect(approve(control)).rejects.toThrow("it was rejected 2001-01-01 12:00:00: not-approved");
  });

  it("should not take an answer after expiry", async () => {
    const { control, wait } = await openRun(driftRequest());

    wait(13 * HOUR_MS);

    await expect(approve(control)).rejects.toThrow("its approval has expired");
    await expect(approve(control)).rejects.toThrow("approval-expired");
  });

  it("should say what does not wait, and what is unknown", async () => {
    const { control } = await openRun(dataRequest(1, { manifests: MANIFESTS }));

    await expect(answer(control, "data/flight-delay/1", { by: "g", isApproved: true }, paint)).rejects.toThrow(
      "it started 2001-01-01",
    );
    await expect(approve(control)).rejects.toThrow("no request drift/flight-delay/1");
  });
});

describe("trigger", () => {
  it("should start a training that its record explains", async () => {
    const { control } = await openRun();

    const { data, isRefused } = await trigger(control, "west-coast", FRESH, paint);

    const [decision] = (await control.decisions("west-coast", 1)).map(({ outcome, requestId }) => ({ outcome, requestId }));
    expect(isRefused).toBe(false);
    expect(decision?.outcome).toBe("start");
    expect(data).toMatchObject({
      request: { id: decision?.requestId, causes: [{ type: "manual", by: "ada", why: "new labels" }] },
    });
    expect((await control.state("west-coast")).runs).toHaveLength(1);
  });

  it("should refuse the same reason on the same day, unless forced as the next epoch", async () => {
    const { control } = await openRun();
    await trigger(control, "west-coast", FRESH, paint);

    const again = await trigger(control, "west-coast", FRESH, paint);
    const forced = [];
    for (let time = 0; time < 2; time++)
      forced.push(await trigger(control, "west-coast", { ...FRESH, isForced: true, takesAlong: [] }, paint));

    expect(again).toMatchObject({ isRefused: true, text: expect.stringContaining("--force asks again") });
    expect(forced.map(({ data }) => data)).toMatchObject(
      [1, 2].map((epoch) => ({
        request: { id: `manual/west-coast/2001-01-01/new-labels-bc451c/epoch-${epoch}` },
      })),
    );
  });

  it("should refuse an unknown model, and a blank or too long reason", async () => {
    const { control } = await openRun();

    await expect(trigger(control, "west", FRESH, paint)).rejects.toThrow("no model west");
    await expect(trigger(control, "west-coast", { ...FRESH, why: " " }, paint)).rejects.toThrow(
      "--why: got a blank text; expected 1 to 256 characters",
    );
    await expect(trigger(control, "west-coast", { ...FRESH, why: "w".repeat(257) }, paint)).rejects.toThrow(
      "--why: got 257 characters; expected 1 to 256 characters",
    );
  });
});

describe("pause and resume", () => {
  it("should let nothing start until resumed, then start what waited as one run", async () => {
    const { control } = await openRun();
    await pause(control, "west-coast", "ada", "broken sensor");
    await trigger(control, "west-coast", FRESH, paint);
    await trigger(control, "west-coast", { ...FRESH, why: "more labels" }, paint);
    expect((await state(control, "west-coast", paint)).text).toContain(
      "by ada (declared) since 2001-01-01 12:00:00: broken sensor",
    );
    expect((await backlog(control, "west-coast")).text).toMatch(/ada \(declared\): new labels\n.*ada \(declared\): more labels$/);

    await resume(control, "west-coast", "ada", "merged");

    const after = await control.state("west-coast");
    expect(after.paused).toBeUndefined();
    expect(after.runs).toHaveLength(1);
    expect((await backlog(control, "west-coast")).text).toBe("nothing waits");
    expect((await state(control, "west-coast", paint)).text).toContain("by ada (declared) 2001-01-01 12:00:00, catch-up merged");
  });

  it("should keep apart what waited when all of it is to be caught up with", async () => {
    const { control } = await openRun();
    await pause(control, "west-coast", "ada", "broken sensor");
    await trigger(control, "west-coast", FRESH, paint);
    await trigger(control, "west-coast", { ...FRESH, why: "more labels" }, paint);

    await resume(control, "west-coast", "ada", "all");

    expect((await control.state("west-coast")).runs).toHaveLength(1);
    expect((await backlog(control, "west-coast")).text).toMatch(/more labels$/);
  });

  it("should refuse what waited, with a record, when its catch-up is skipped", async () => {
    const { control } = await openRun();
    await pause(control, "west-coast", "ada", "broken sensor");
    await trigger(control, "west-coast", FRESH, paint);

    const { text } = await resume(control, "west-coast", "ada", "skip");

    expect(text).toMatch(
      /^west-coast is resumed\nrejected; what data these have is trained on only if retrigger trigger --with names them:\n {2}west-coast {2}manual\/\S+ {2}priority 3, 0 objects: ada \(declared\): new labels$/,
    );
    expect(outcomes((await decisions(control, { model: "west-coast" }, 9, paint)).data)).toEqual(["reject", "defer"]);
    expect((await control.state("west-coast")).runs).toEqual([]);
  });

  it("should list of a resume nothing that is only set aside, which it leaves as it was", async () => {
    const { control, wait } = await openRun(...[1, 2].map((generation) => dataRequest(generation, { manifests: MANIFESTS })));
    await pause(control, "flight-delay", "ada", "broken sensor");
    const first = await resume(control, "flight-delay", "ada", "skip");
    wait(HOUR_MS);
    await pause(control, "flight-delay", "ada", "broken again");

    const second = await resume(control, "flight-delay", "ada", "skip");

    expect(first.text).toContain("data/flight-delay/2");
    expect((await backlog(control, "flight-delay")).text).toMatch(/data\/flight-delay\/2 +set aside since/);
    expect(second).toMatchObject({ text: "flight-delay is resumed", data: { rejected: [], waited: [] } });
  });

  it("should not pause twice, nor resume what is not paused", async () => {
    const { control } = await openRun();
    await expect(resume(control, "west-coast", "ada", "merged")).rejects.toThrow("west-coast is not paused");
    await pause(control, "west-coast", "ada", "broken sensor");

    await expect(pause(control, "west-coast", "bob", "again")).rejects.toThrow("is paused already, by ada (declared) since");
  });
});

describe("who a person says to be", () => {
  it.each(["", " ", "\u200b"])("should not be blank: %j", async (by) => {
    const { control } = await openRun(driftRequest());
    const told = "--by: got a blank text; expected 1 to 200 characters";

    await expect(trigger(control, "west-coast", { ...FRESH, by }, paint)).rejects.toThrow(told);
    await expect(answer(control, "drift/flight-delay/1", { by, isApproved: true }, paint)).rejects.toThrow(told);
    await expect(pause(control, "west-coast", by, "broken sensor")).rejects.toThrow(told);
    await expect(resume(control, "west-coast", by, "all")).rejects.toThrow(told);
    await expect(clear(control, "west-coast", by)).rejects.toThrow(told);
    await expect(settle(control, "data/flight-delay/1", { status: "failed", by })).rejects.toThrow(told);
  });
});

describe("the answers in a state", () => {
  it("should be told with what came of each, the newest five", async () => {
    const { control } = await openRun();
    for (let turn = 0; turn < 2; turn++) {
      await pause(control, "west-coast", "ada", "broken sensor");
      await resume(control, "west-coast", "bob", "all");
    }
    await pause(control, "west-coast", "ada", "again");
    await control.answer({ ...ANSWER, do: "pause", why: "again" });

    const { text } = await state(control, "west-coast", paint);

    expect(/answers +([\s\S]*)$/.exec(text)?.[1]?.split(/\n +/)).toEqual([
      "resume by bob (declared) 2001-01-01 12:00:00: taken",
      "pause by ada (declared) 2001-01-01 12:00:00: taken",
      "resume by bob (declared) 2001-01-01 12:00:00: taken",
      "pause by ada (declared) 2001-01-01 12:00:00: taken",
      "pause by carol (declared) 2001-01-01 12:00:00: paused-already",
    ]);
  });
});

describe("settle", () => {
  it("should free the slot of a run that nobody can be asked about, and say who did so", async () => {
    const { control } = await openRun();
    const { data } = await trigger(control, "west-coast", FRESH, paint);
    const [{ requestId } = { requestId: "" }] = (await control.state("west-coast")).runs;

    const { text } = await settle(control, requestId, { status: "stopped", by: "ada", cost: 3 });

    expect(data).toMatchObject({ request: { id: requestId } });
    expect(text).toBe(`${requestId} has stopped, at 3.00 USD; its slot is free`);
    expect(await control.state("west-coast")).toMatchObject({ runs: [], day: { spentUsd: 3 } });
    await expect(settle(control, requestId, { status: "failed", by: "ada" })).rejects.toThrow("has no run to settle");
    await expect(settle(control, "manual/x/1", { status: "failed", by: "ada" })).rejects.toThrow("no request manual/x/1");
  });
});

describe("erasePerson", () => {
  it("should say how a local run is forgotten, and ask for a name", async () => {
    const { control } = await openRun();

    await expect(erasePerson(control, "ada")).rejects.toThrow(/^a local run is forgotten whole: remove .*\.retrigger$/);
    await expect(erasePerson(control, " ")).rejects.toThrow("name the person, as retrigger state or why prints the identity");
  });
});

describe("localControl", () => {
  it("should say what to do where no run was", async () => {
    await expect(localControl("/nowhere", () => 0)).rejects.toThrow(
      /^no local run in \/nowhere\/.retrigger; --stack aws or --stack gcp asks the deployed one/,
    );
  });

  it("should settle a run whose end has come, at the next change", async () => {
    const { control, wait } = await openRun();
    await trigger(control, "west-coast", FRESH, paint);

    wait(5 * HOUR_MS);
    await trigger(control, "west-coast", { ...FRESH, why: "later" }, paint);

    const { runs, day } = await control.state("west-coast");
    expect(runs).toEqual([]);
    expect(day.spentUsd).toBeGreaterThan(0);
  });
});

// Helpers

async function openRun(...requests: readonly TrainingRequest[]) {
  let elapsedMs = 0;
  const control = await localControl(await localRun(...requests), () => elapsedMs);
  const wait = (ms: number) => {
    elapsedMs += ms;
  };
  return { control, wait };
}

function approve(control: Awaited<ReturnType<typeof localControl>>) {
  return answer(control, "drift/flight-delay/1", { by: "grace", isApproved: true }, paint);
}

function outcomes(data: unknown): unknown[] {
  return Array.isArray(data) ? data.map(({ outcome }: { outcome: string }) => outcome) : [];
}
