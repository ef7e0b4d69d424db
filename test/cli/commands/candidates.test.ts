import { answerCandidate } from "../../../cli/commands/answer-candidate";
import { candidates } from "../../../cli/commands/candidates";
import { state } from "../../../cli/commands/state";
import { why } from "../../../cli/commands/why";
import { whyCandidate } from "../../../cli/commands/why-candidate";
import { plainControl } from "../../../cli/control/control";
import { localControl } from "../../../cli/control/local-control";
import { painter } from "../../../cli/printout";
import { checkOf, idOf } from "../../simulation/candidates";
import { dataRequest, HOUR_MS, localRun, START } from "../local-run";
import { promotedRun, type SeenVersion } from "../promoted-run";

const paint = painter(false);
const MODEL = "flight-delay";
const CAUSE = { requestId: "data/flight-delay/1", priority: 4 };
const REQUEST = dataRequest(1, { manifests: [{ uri: "s3://flights-landing/a.manifest", objects: 100, bytes: 1e6 }] });

const WORSE = checkOf("failed", {
  ...{ subject: "accuracy", numbers: { difference: -0.02134, rows: 2_000 }, threshold: 0.01 },
  sentence: "accuracy is worse than the champion's by 0.0213",
});
const UNKNOWN = checkOf("not-known", { neededRows: 12_345, sentence: "too few rows tell" });

const REJECTED: SeenVersion = {
  judgement: { checks: [WORSE, checkOf("passed", { name: "identity", numbers: {} })], cause: CAUSE },
};
const SERVING: SeenVersion = { version: { approval: "approved" } };
const ASKED: SeenVersion = { version: { runId: "arn:run/3" }, judgement: { checks: [UNKNOWN], cause: CAUSE } };

describe(candidates, () => {
  it("should list the newest first, name the champion, and say until when one waits and how to answer", async () => {
    const { control } = await openRun(REJECTED, SERVING, ASKED);

    const { text, data } = await candidates(control, MODEL, 20, paint);

    expect(text.split("\n").map((line) => line.replace(/ {2,}/g, "  "))).toEqual([
      "flight-delay  champion: candidate/flight-delay/delays-2 since 2001-01-01 00:20:00",
      "  registered  outcome  candidate  why, or who answered",
      "  2001-01-01 00:30:00  waits-for-approval  candidate/flight-delay/delays-3  not known: champion",
      "  2001-01-01 00:20:00  approved-by-hand  candidate/flight-delay/delays-2  somebody approved it in the registry",
      "  2001-01-01 00:10:00  rejected  candidate/flight-delay/delays-1  champion (accuracy)",
      `${idOf(3)} waits for approval until 2001-01-02 00:31:00, by 2 people`,
      `to answer: retrigger approve ${idOf(3)}, or retrigger reject ${idOf(3)}`,
    ]);
    expect(data).toMatchObject({ model: MODEL, champion: { candidateId: idOf(2) }, current: { stage: "approval" } });
  });

  it("should list every model, the one whose candidate waits first", async () => {
    const { control } = await openRun(SERVING, ASKED);
    const models = await control.models();
    const [first] = models;
    const others = models.slice(1).map((one) => ({ ...one, promotion: first?.promotion }));
    const both = { ...control, models: async () => [...others, ...models.slice(0, 1)] as typeof models };

    const { text, data } = await candidates(both, undefined, 20, paint);
    const { data: promoted } = await candidates(control, undefined, 20, paint);

    expect(text).toMatch(/^flight-delay {2}champion: [\s\S]*\n\nwest-coast {2}champion: none yet\nno candidate was seen yet$/);
    expect(data).toMatchObject([
      { model: MODEL, current: { stage: "approval" } },
      { model: "west-coast", candidates: [] },
    ]);
    expect(promoted).toMatchObject([{ model: MODEL }]);
  });

  it("should list what waits first, and cut a long reason", async () => {
    const { control } = await openRun(SERVING, ASKED);
    const long = { step: "ended", outcome: "expired", why: "x".repeat(500), number: 99, at: START } as const;
    const later = { ...long, candidate: { id: idOf(9), model: MODEL, version: "arn/9", registeredAt: START + 90 * HOUR_MS } };
    const more = {
      ...control,
      candidateSteps: async (model: string, limit: number) => [later, ...(await control.candidateSteps(model, limit))],
    };

    const rows = (await candidates(more, MODEL, 20, paint)).text.split("\n").slice(2, 5);

    expect(rows.map((row) => / (candidate\S+)/.exec(row)?.[1])).toEqual([idOf(2), idOf(9), idOf(1)]);
    expect(rows[1]).toMatch(/ {2}x{71}…$/);
  });

  it("should say so where no model is promoted", async () => {
    const control = await localControl(await localRun(), () => 0);

    await expect(candidates(control, undefined, 20, paint)).rejects.toThrow("no promotion is configured for any model");
  });

  it("should list no more than asked for, however many steps each has", async () => {
    const { control } = await openRun(...Array.from({ length: 30 }, () => REJECTED));

    for (const limit of [1, 7, 29, 30, 31]) {
      const { data } = await candidates(control, MODEL, limit, paint);
      const ids = Object(data).candidates.map((one: { candidate: { id: string } }) => one.candidate.id);
      expect(ids).toEqual(Array.from({ length: Math.min(limit, 30) }, (_, index) => idOf(30 - index)));
    }
  });

  it("should tell what waits to be judged, and a model without a candidate from one that has none judged", async () => {
    const { control } = await openRun({});
    const { control: empty } = await openRun();

    expect((await candidates(control, MODEL, 20, paint)).text).toContain("waits-for-judgement");
    expect((await candidates(empty, MODEL, 20, paint)).text).toBe("flight-delay  champion: none yet\nno candidate was seen yet");
    await expect(candidates(control, "west-coast", 20, paint)).rejects.toThrow("no promotion is configured for west-coast");
    await expect(candidates(control, "nope", 20, paint)).rejects.toThrow("no model nope; there are flight-delay, west-coast");
  });

  it("should hide what a terminal would obey in what a registry or a pipeline wrote", async () => {
    const checks = [checkOf("failed", { sentence: "\u001b[2Jworse\nforged" })];
    const { control } = await openRun({ judgement: { checks }, version: { runId: "run\u001b]0;x\u0007" } });

    const texts = [
      await candidates(plainControl(control), MODEL, 20, paint),
      await whyCandidate(plainControl(control), idOf(1), paint),
    ];

    // biome-ignore lint/suspicious/noControlCharactersInRegex: controls are what is looked for
    for (const { text } of texts) expect(text).not.toMatch(/[\u0000-\u0009\u000b-\u001f]|^forged/m);
  });
});

describe(whyCandidate, () => {
  it("should tell each guardrail with its numbers, the steps by time, and the request that started the run", async () => {
    const { control } = await openRun(REJECTED, SERVING, ASKED);

    const [rejected, asked] = [await whyCandidate(control, idOf(1), paint), await whyCandidate(control, idOf(3), paint)];

    expect(rejected.text).toBe(
      [
        `${idOf(1)}  a candidate of flight-delay: rejected (a guardrail failed)`,
        "  ended 2001-01-01 00:11:00: champion (accuracy)",
        "",
        "Guardrails, compared with nothing, as no model served yet",
        "  failed        champion (accuracy): accuracy is worse than the champion's by 0.0213",
        "                difference -0.02134, rows 2,000, threshold 0.01",
        "  passed        identity: it passed",
        "",
        "From registration to outcome",
        "  2001-01-01 00:10:00  registered",
        "  2001-01-01 00:10:00  waiting: it was registered, and waits to be judged",
        "  2001-01-01 00:11:00  ended, rejected: champion (accuracy)",
        "",
        "The run and its request",
        "  version     arn:aws:sagemaker:eu-west-1:111122223333:model-package/delays/1",
        "  run         the registry names none",
        "  evaluation  s3://ml/evaluations/1/evaluation.json",
        "  request     data/flight-delay/1: start 2001-01-01 00:00:00, all-checks-passed",
        "  causes      data (size)",
        "  its checks  retrigger why data/flight-delay/1",
      ].join("\n"),
    );
    expect(asked.text.split("\n").slice(0, 5)).toEqual([
      `${idOf(3)}  a candidate of flight-delay: waits-for-approval`,
      "  waits for approval until 2001-01-02 00:31:00, by 2 people: not known: champion",
      `  to answer: retrigger approve ${idOf(3)}, or retrigger reject ${idOf(3)}`,
      "",
      `Guardrails, compared with ${idOf(2)}`,
    ]);
    expect(asked.text).toContain("too few rows tell\n                difference 0, 12,345 rows would tell");
    expect(asked.text).toMatch(/run +arn:run\/3\n/);
    expect(asked.text).toContain("; it is rejected 2001-01-02 00:31:00 unless it is approved");
    expect(asked.data).toMatchObject({
      standing: "waits-for-approval",
      request: { requestId: CAUSE.requestId },
      checks: [UNKNOWN],
    });
  });

  it("should tell numbers in words and with the digits of the sentence, and wrap what is long", async () => {
    const numbers = { shift: 0.478_81, withoutChance: 0.001, chance: 0.000_2, bins: 20, rows: 2_838, standardError: 0.5 };
    const { control } = await openRun({ judgement: { checks: [checkOf("failed", { numbers, sentence: "so ".repeat(100) })] } });

    const { text } = await whyCandidate(control, idOf(1), paint);

    expect(text).toContain(
      "\n                shift 0.4788, shift less chance 0.001, explained by chance 0.0002, rows 2,838, standard error 0.5\n",
    );
    for (const line of text.split("\n")) expect(line.length).toBeLessThanOrEqual(120);
  });

  it("should tell of the chain what it would do, and not that it failed", async () => {
    const chain = checkOf("failed", { name: "chain", subject: "auc", numbers: {}, sentence: "promoting it would freeze" });
    const slice = checkOf("passed", {
      name: "slices",
      subject: "auc where hour is 9",
      numbers: {},
      sentence: "auc where hour is 9: 0.4",
    });
    const { control } = await openRun({ judgement: { checks: [checkOf("passed"), slice, chain] } });

    const { text } = await whyCandidate(control, idOf(1), paint);

    expect(text).toContain("\n  passed        slices (auc where hour is 9): 0.4\n");
    expect(text).toContain("\n  would freeze  chain (auc): promoting it would freeze\n");
    expect(text).toContain("accepted");
    expect(text).not.toContain("failed");
  });

  it("should tell what is not known as that", async () => {
    const cause = { requestId: "data/flight-delay/9", priority: 4 };
    const { control } = await openRun(SERVING, { judgement: {}, version: { runId: "arn:run/2" } }, { judgement: { cause } }, {});

    const textOf = async (n: number) => (await whyCandidate(control, idOf(n), paint)).text;

    expect(await textOf(1)).toMatch(/\n\nGuardrails\n {2}it was not judged\n[\s\S]*not known: the registry names no run$/);
    expect(await textOf(2)).toMatch(/not known: no decision on record started that run$/);
    expect(await textOf(3)).toContain("  it is the champion since 2001-01-01 00:31:00\n\nGuardrails, compared with ");
    expect(await textOf(3)).toMatch(/data\/flight-delay\/9, whose record has expired$/);
    expect(await textOf(4)).toMatch(/flight-delay: waits-for-judgement\n/);
  });

  it("should name the newest candidates when one is unknown", async () => {
    const { control } = await openRun(REJECTED);

    await expect(whyCandidate(control, idOf(7), paint)).rejects.toThrow(`no candidate ${idOf(7)}; the newest are ${idOf(1)}`);
    await expect(whyCandidate(control, "candidate/west-coast/x-1", paint)).rejects.toThrow("west-coast has none");
    await expect(whyCandidate(control, "candidate/", paint)).rejects.toThrow("candidate/ is not the id of a request");
  });

  it("should be proposed for the end of its id, also for one that is mistyped", async () => {
    const { control } = await openRun(REJECTED, SERVING, ASKED);

    await expect(why(control, "delays-3", paint)).rejects.toThrow(`no request delays-3; the nearest is ${idOf(3)}`);
    await expect(why(control, "flight-delay/delays-1", paint)).rejects.toThrow(`the nearest is ${idOf(1)}`);
    await expect(why(control, "3", paint)).rejects.toThrow("no request 3; retrigger decisions lists them");
  });

  it("should be named by why of the request that started its run", async () => {
    const { control } = await openRun(REJECTED, SERVING, ASKED);

    const { text, data } = await why(control, CAUSE.requestId, paint);

    expect(text).toMatch(
      /Candidates of its run\n {2}candidate\/flight-delay\/delays-3 {2}asked: .*\n {2}candidate\/flight-delay\/delays-1 {2}ended, rejected: .*$/,
    );
    expect(data).toMatchObject({ candidates: [{ id: idOf(3) }, { id: idOf(1) }] });
  });
});

describe(answerCandidate, () => {
  it("should take as many approvals as must be, each from another person, and accept", async () => {
    const { control } = await openRun(SERVING, ASKED);

    const first = await answerCandidate(control, idOf(2), { by: "ada", isApproved: true });
    await expect(answerCandidate(control, idOf(2), { by: "ADA", isApproved: true })).rejects.toThrow(
      `approve ${idOf(2)} of ADA (declared) has no effect: the same person approved it before; another one must`,
    );
    const second = await answerCandidate(control, idOf(2), { by: "bob", isApproved: true });

    expect(first.text).toBe(`taken; 1 more must approve ${idOf(2)}`);
    expect(second.text).toContain("ended, accepted: 2 people approved it; approved by ada (declared), bob (declared)");
    const { text, data } = await candidates(control, MODEL, 1, paint);
    expect(text).toContain(`champion: ${idOf(2)}`);
    expect(text).toMatch(/delays-2 +approved by ada \(declared\), bob \(declared\)$/);
    expect(data).toMatchObject({ candidates: [{ standing: "accepted" }] });
    expect((await control.promotion(MODEL))?.outbox).toEqual([]);
  });

  it("should end what was refused, and name who refused it in a field alone", async () => {
    const { control } = await openRun(SERVING, ASKED);

    const { text } = await answerCandidate(control, idOf(2), { by: "ada", isApproved: false });

    expect(text).toContain("ended, not-approved: a person refused it; refused by ada (declared)");
    const steps = await control.stepsOf(MODEL, idOf(2));
    expect(steps.at(-1)).toMatchObject({ outcome: "not-approved", by: "ada (declared)" });
    expect(steps.map((step) => step.why).join()).not.toContain("ada");
    await expect(answerCandidate(control, idOf(2), { by: "bob", isApproved: true })).rejects.toThrow(
      [
        `${idOf(2)} does not wait for approval:`,
        "  it ended 2001-01-01 12:00:00, not-approved: a person refused it; refused by ada (declared)",
        "  no candidate of flight-delay waits for one",
      ].join("\n"),
    );
  });

  it("should send nothing about what does not wait, and name what waits", async () => {
    const { control } = await openRun(REJECTED, SERVING, ASKED);
    const approve = (id: string) => answerCandidate(control, id, { by: "ada", isApproved: true });

    await expect(approve(idOf(1))).rejects.toThrow(
      [
        "  it ended 2001-01-01 00:11:00, rejected: champion (accuracy)",
        `  ${idOf(3)} waits for approval until 2001-01-02 00:31:00`,
        `  to answer: retrigger approve ${idOf(3)}, or retrigger reject ${idOf(3)}`,
      ].join("\n"),
    );
    await expect(approve(idOf(9))).rejects.toThrow(
      `${idOf(9)} does not wait for approval:\n  there is no such candidate\n  ${idOf(3)} waits`,
    );
    await expect(approve("candidate/west-coast/x-1")).rejects.toThrow("no promotion is configured for west-coast");
    await expect(approve("candidate/nope/x-1")).rejects.toThrow("no model nope");
    await expect(approve("candidate/x")).rejects.toThrow("candidate/x is not the id of a request");
    expect((await control.promotion(MODEL))?.answers).toEqual([]);
  });

  it("should not take an answer after expiry, and end what expired", async () => {
    const { control, wait } = await openRun(SERVING, ASKED);

    wait(13 * HOUR_MS);

    await expect(answerCandidate(control, idOf(2), { by: "ada", isApproved: true })).rejects.toThrow(
      `${idOf(2)} is no longer waiting: its approval has expired`,
    );
    expect((await candidates(control, MODEL, 1, paint)).text).toContain("expired");
    expect((await control.promotion(MODEL))?.current).toBeUndefined();
  });

  it("should say that a candidate waits to be judged, and refuse a blank name", async () => {
    const { control } = await openRun({});

    await expect(answerCandidate(control, idOf(1), { by: "ada", isApproved: true })).rejects.toThrow(
      "it waits to be judged since 2001-01-01 00:10:00",
    );
    await expect(answerCandidate(control, idOf(1), { by: " ", isApproved: true })).rejects.toThrow("--by: got a blank text");
  });
});

describe(state, () => {
  it("should show the candidate that waits, how to answer, and the champion, beside what requests wait", async () => {
    const { control } = await openRun(SERVING, ASKED);

    const { text, data } = await state(control, MODEL, paint);

    expect(text).toMatch(/^ {2}approval +no request waits, but a candidate does$/m);
    expect(text).toMatch(/^ {2}candidate +\S+delays-2 waits for approval until 2001-01-02 00:21:00, by 2 people$/m);
    expect(text).toContain(`to answer: retrigger approve ${idOf(2)}, or retrigger reject ${idOf(2)}`);
    expect(text).toMatch(/^ {2}champion +\S+delays-1 since 2001-01-01 00:10:00$/m);
    expect(data).toMatchObject([{ candidate: { stage: "approval" }, champion: { candidateId: idOf(1) } }]);
  });

  it("should say how well the model serves where a policy judges that, and what a training would take", async () => {
    const { control } = await openRun();
    const settings = (await control.models()).map((one) => {
      const adaptive = { price: { steps: 0.5 }, stepMs: 86_400_000 };
      return one.model === MODEL ? { ...one, policy: { ...one.policy, adaptive } } : one;
    });

    const { text } = await state({ ...control, models: async () => settings }, undefined, paint);

    expect(text.match(/^ {2}quality .*$/gm)).toEqual([expect.stringMatching(/not known which model serves, no label ever came$/)]);
    expect(text).toContain("what a training is worth is not known");
  });

  it("should tell one that is judged, none, and what may not be read, and nothing of a model without promotion", async () => {
    const [{ control: judged }, { control: none }] = [await openRun({}), await openRun()];
    const unreadable = { ...judged, ifReadable: async () => undefined };
    const textOf = async (control: typeof judged, model = MODEL) => (await state(control, model, paint)).text;

    expect(await textOf(judged)).toMatch(
      /candidate +\S+delays-1 waits to be judged, registered 2001-01-01 00:10:00\n {2}champion +none yet/,
    );
    expect(await textOf(none)).toMatch(/approval +none waits\n {2}candidate +none waits\n {2}champion +none yet/);
    expect(await textOf(unreadable)).toMatch(/candidate +not known: your identity may not read/);
    expect(await textOf(unreadable)).not.toContain("none yet");
    expect(await textOf(judged, "west-coast")).not.toMatch(/candidate|champion/);
  });
});

// Helpers

/** A local run whose candidates need two approvals where a guardrail is not known. */
async function openRun(...versions: readonly SeenVersion[]) {
  let elapsedMs = 0;
  const folder = await promotedRun({ approval: { needed: "never", approvers: 2, isSeparate: false } }, versions, [REQUEST]);
  const control = await localControl(folder, () => elapsedMs);
  const wait = (ms: number) => {
    elapsedMs += ms;
  };
  return { control, wait };
}
