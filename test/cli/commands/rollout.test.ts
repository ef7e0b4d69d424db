import { answerCandidate } from "../../../cli/commands/answer-candidate";
import { candidates } from "../../../cli/commands/candidates";
import { type Ordered, orderRollout, refusePromotion } from "../../../cli/commands/order-rollout";
import { rollout } from "../../../cli/commands/rollout";
import { state } from "../../../cli/commands/state";
import { whyCandidate } from "../../../cli/commands/why-candidate";
import { type Control, plainControl } from "../../../cli/control/control";
import { localControl } from "../../../cli/control/local-control";
import { listedWhy } from "../../../cli/describe-candidate";
import { painter } from "../../../cli/printout";
import { CHAMPION, changedBy, type GivenSettings, ordered, pastOf, REACHED } from "../../core/promotion/rollout/rollout-states";
import { checkOf, idOf } from "../../simulation/candidates";
import { localRun } from "../local-run";
import { counted, type Rolling, rollingRun, type Seen, STARTED } from "../rolling-run";

const paint = painter(false);
const MODEL = "flight-delay";
const FAILS_GROSSLY = counted(20, 2, { percent: 5, errors: 0.9 });
const AS_BEFORE = "the endpoint configuration delays-2025, variant AllTraffic with the model delays-2025";

describe(rollout, () => {
  it("should tell where the traffic is, the plan with its durations, what was counted and compared, and what a rollback puts back", async () => {
    const { control } = await rollingRun({
      versions: [{ judgement: {} }, {}],
      seen: [...STARTED, counted(20, 10, { percent: 5 })],
    });

    const { text, data } = await rollout(control, MODEL, paint);

    expect(text.split("\n")).toEqual([
      `flight-delay  rollout of ${idOf(1)}`,
      "  endpoint    delays",
      "  version     arn:aws:sagemaker:eu-west-1:111122223333:model-package/delays/1",
      "  accepted    2001-01-01 00:11:00: every guardrail passed",
      "  traffic     5% to the candidate, since 2001-01-01 00:15:00",
      "  plan        now       5% to the candidate, about 1 h 45 min",
      "              then      25% to the candidate, about 35 min",
      "              then      50% to the candidate, about 35 min",
      "              then      100% to the candidate with the champion warm, 2 h",
      "              an equal candidate takes so long at the champion's usual traffic",
      "  deadline    it is given up 2001-01-08 00:12:00, 7 d after its start",
      "  counted     10 windows of five minutes since 2001-01-01 00:20:00",
      "  candidate   10 errors in 1,000 requests (1.00%)",
      "  champion    190 errors in 19,000 requests (1.00%)",
      "  share       5.00% of 20,000 requests went to the candidate; 5% are meant for it",
      "  errors      worse than tolerated -2.69 (1.40 keeps it here, 5.81 takes it back), better than the margin 1.83 (3.91",
      "              lets it go forward), dispersion 1.00",
      "              scores are natural logarithms of likelihood ratios: 0 says nothing, 3.91 is 50 to 1",
      "              dispersion: 1 is chance alone; more makes every score smaller",
      `  a rollback  puts back ${AS_BEFORE}`,
      `  waits       ${idOf(2)}, until this rollout has ended`,
      "  people      promote and continue: whoever may send to the request queue",
      "              roll back and hold: whoever may send to the request queue",
      "  to end it   retrigger rollback flight-delay --why …",
      `  each step   retrigger why ${idOf(1)}`,
    ]);
    expect(data).toMatchObject({
      traffic: "5% to the candidate",
      rollout: { at: { is: "stage", index: 0 } },
      evidence: { windows: 10, requests: 1_000, limits: { notWorse: Math.log(50) } },
      next: { id: idOf(2) },
    });
  });

  it("should tell of one that has not started what it waits for, and who may do what", async () => {
    const people = { promote: ["lead"], rollBack: [] };
    const { control } = await rollingRun({ rollout: { people } });
    const lost = { is: "surveyed", survey: { is: "missing", why: "the endpoint delays is not there" } } as const;
    const { control: held } = await rollingRun({ seen: [[12, lost]] });

    const { text } = await rollout(control, MODEL, paint);
    const { text: heldText } = await rollout(held, MODEL, paint);

    expect(text).toMatch(/^ {2}traffic +the champion alone; it starts with its first stage once the endpoint is seen to serve$/m);
    expect(text).toMatch(/^ {2}people +promote and continue: lead\n +roll back and hold: nobody$/m);
    expect(text).not.toMatch(/^ {2}(plan|counted|a rollback) /m);
    expect(heldText).toMatch(/held +the endpoint cannot serve it since 2001-01-01 00:12:00: the endpoint delays is not there\n/);
    expect(heldText).toContain("it goes on by itself once that is over");
  });

  it.each([
    [
      ordered("hold"),
      /held +by ada \(declared\) since .*: a person holds it: as we say\n +to answer: retrigger continue \S+ lets it go/,
    ],
    [
      changedBy("somebody set the weights"),
      /held +somebody changed the endpoint since .*: somebody set the weights;[\s\S]*sets again what/,
    ],
    [
      { is: "stepped", result: { is: "over-quota", why: "no ml.m5.large" } },
      /the account's limits do not allow [\s\S]* goes on by itself/,
    ],
    [
      { is: "stepped", result: { is: "refused", why: "bad role" } },
      /the cloud does not take the change since [\s\S]*makes the change/,
    ],
  ] as const)("should tell why it is held, and what lets it go on: %j", async (observation, expected) => {
    const { control } = await rollingRun({ seen: [...STARTED, [30, observation]] });

    expect((await rollout(control, MODEL, paint)).text).toMatch(expected);
  });

  it("should tell stages that are over, what the bake counts, and a verification", async () => {
    const baking = [...STARTED, [16, ordered("promote")], [17, REACHED], counted(20, 1, { percent: 100 })] as const;
    const { control } = await rollingRun({ seen: baking });
    const { control: going } = await rollingRun({ seen: [...STARTED, counted(20, 60, { percent: 5 })] });
    const alarmed = counted(20, 3, { percent: 100, errors: 0.2 });
    const { control: verifying } = await rollingRun({ seen: [...baking.slice(0, -1), alarmed] });

    const { text } = await rollout(control, MODEL, paint);

    expect(text).toMatch(
      /plan +over +5% to the candidate.*\n +over +25%.*\n +over +50%.*\n +now +100% to the candidate with the champion warm, 2 h\n/,
    );
    expect(text).toMatch(
      /bake +at least 0\.6\d% of the newest window's requests fail \(above 1\.50% in a row puts the champion back/,
    );
    expect(text).toMatch(/share +100\.00% of 2,000 requests/);
    expect((await rollout(going, MODEL, paint)).text).toMatch(/plan +now +5% .*\n +coming +25% .*\n +then +50%/);
    expect((await rollout(verifying, MODEL, paint)).text).toMatch(
      / coming +50% to the candidate again after alarms of the bake, verification 1\n/,
    );
  });

  it("should tell that it goes back, and no way to end it again", async () => {
    const { control } = await rollingRun({ seen: [...STARTED, FAILS_GROSSLY] });

    const { text } = await rollout(control, MODEL, paint);

    expect(text).toMatch(/traffic +5% to the candidate, going to the champion alone, ordered 2001-01-01 00:34:00\n/);
    expect(text).toMatch(/ends +rolled-back since 2001-01-01 00:34:00: it fails grossly: candidate 180 errors in 200 requests/);
    expect(text).toMatch(/not reached +25% to the candidate/);
    expect(text).not.toContain("given up");
    expect(text).not.toContain("retrigger rollback");
  });

  it("should tell when it is given up only while it may be", async () => {
    const textOf = async (rolling: Rolling) => (await rollout((await rollingRun(rolling)).control, MODEL, paint)).text;

    for (const observation of [ordered("hold"), changedBy("somebody set the weights")]) {
      expect(await textOf({ seen: [...STARTED, [30, observation]] })).toMatch(
        /deadline +while this hold lasts it is not given up; else 2001-01-08 00:12:00, 7 d after its start\n/,
      );
    }
    expect(await textOf({ seen: [[12, ordered("hold")]] })).toMatch(
      /deadline +it is given up 2001-01-08 00:11:00, .* acceptance\n/,
    );
    expect(await textOf({ seen: [...STARTED, [30, refusedBy("bad role")]] })).toMatch(
      /deadline +it is given up 2001-01-08 00:12:00/,
    );
    expect(await textOf({ rollout: { sagemaker: NATIVE }, seen: STARTED.slice(0, 1) })).not.toContain("given up");
  });

  it("should take the id of the candidate too, and say of another one how it ended", async () => {
    const { control } = await rollingRun({ versions: [{ judgement: {} }, {}], seen: STARTED });

    expect(await rollout(control, idOf(1), paint)).toEqual(await rollout(control, MODEL, paint));
    await expect(rollout(control, idOf(2), paint)).rejects.toThrow(
      `${idOf(2)} has no rollout in progress: it is in none; the rollout of ${idOf(1)} is in progress`,
    );
  });

  it("should tell how the last one ended, and what serves", async () => {
    const { control } = await rollingRun({ seen: [...STARTED, FAILS_GROSSLY, [40, REACHED]] });

    const { text, data } = await rollout(control, MODEL, paint);

    expect(text).toMatch(/rollout +none is in progress; the next candidate that is accepted goes to the endpoint delays\n/);
    expect(text).toMatch(new RegExp(`last +${idOf(1)} ended 2001-01-01 00:40:00, rolled-back: it fails grossly: `));
    expect(text).toMatch(/traffic +the champion alone, when it ended\n/);
    expect(data).toMatchObject({ model: MODEL, last: { outcome: "rolled-back" } });
  });

  it("should say so where no rollout is configured, or there was none yet", async () => {
    const none = await localControl(await localRun(), () => 0);
    const { control } = await rollingRun({ versions: [{}] });

    await expect(rollout(none, MODEL, paint)).rejects.toThrow("no promotion is configured for flight-delay");
    await expect(rollout(none, "nope", paint)).rejects.toThrow("no model nope");
    expect((await rollout(control, MODEL, paint)).text).toMatch(
      new RegExp(`champion +none yet\n {2}candidate +${idOf(1)} is decided about$`),
    );
  });

  it("should hide what a terminal would obey in what people and clouds said", async () => {
    const why = "broken\u001b[2J\nforged";
    const hostile = { is: "asked", do: "hold", by: "ada\u001b]0;x\u0007", why } as const;
    const { control } = await rollingRun({ seen: [...STARTED, [20, hostile]] });

    const texts = [await rollout(plainControl(control), MODEL, paint), await whyCandidate(plainControl(control), idOf(1), paint)];

    // biome-ignore lint/suspicious/noControlCharactersInRegex: controls are what is looked for
    for (const { text } of texts) expect(text).not.toMatch(/[\u0000-\u0009\u000b-\u001f]|^forged/m);
  });
});

describe(orderRollout, () => {
  it("should say what is put back before it is, take it back once, and tell how it goes", async () => {
    const { control, order, said } = await openRun({ seen: STARTED });

    const { text, data } = await order({ do: "rollback", why: "complaints" });

    expect(said).toEqual([
      `rollback ${idOf(1)} on delays: traffic goes from 5% to the candidate to the champion alone, ${AS_BEFORE}`,
    ]);
    expect(text.split("\n")).toEqual([
      idOf(1),
      "2001-01-01 12:00:00  rollout, back: a person took it back: complaints; ordered by ada (declared)",
      "traffic: 5% to the candidate, going to the champion alone, as it ends rolled-back",
      "how it goes: retrigger rollout flight-delay",
    ]);
    expect(data).toMatchObject({ model: MODEL, candidateId: idOf(1), answer: "taken", steps: [{ rollout: { step: "back" } }] });
    await expect(order({ do: "hold", why: "wait" })).rejects.toThrow(
      `${idOf(1)}: its rollout goes back to the champion already: 5% to the candidate, going to the champion alone`,
    );
    const { answers } = (await control.promotion(MODEL)) ?? {};
    expect(answers).toMatchObject([{ do: "rollback", candidateId: idOf(1), by: "ada (declared)", result: "taken" }]);
  });

  it("should end what has not started without any traffic, and say how it ended when asked again", async () => {
    const { order, said } = await openRun({});

    const { text } = await order({ do: "rollback", why: "wrong data" });

    expect(said.join()).toContain("it has not started, so that no traffic is moved; it ends");
    expect(text).toMatch(/ended, rolled-back: a person took it back: wrong data; ordered by ada \(declared\)$/);
    await expect(order({ do: "rollback", why: "again" })).rejects.toThrow(
      `no rollout of flight-delay is in progress; the last one ended: ${idOf(1)} ended 2001-01-01 12:00:00, rolled-back: a person`,
    );
    await expect(order({ do: "rollback", why: "again" }, idOf(1))).rejects.toThrow(
      `${idOf(1)} has no rollout in progress: it ended 2001-01-01 12:00:00, rolled-back: `,
    );
  });

  it("should hold, by the id of the candidate as well, and go on", async () => {
    const { order, said } = await openRun({ seen: [...STARTED, counted(20, 60, { percent: 5 })] });

    const { text } = await order({ do: "hold", why: "a release" }, idOf(1));
    await order({ do: "continue" });

    expect(text).toContain("rollout, held: a person holds it: a release; ordered by ada (declared)");
    expect(said).toEqual([
      `hold ${idOf(1)} on delays: traffic stays at 5% to the candidate; a change that its cloud has begun may still end; evidence may still take it back`,
      `continue ${idOf(1)} on delays: traffic goes on from 5% to the candidate, going to 25% to the candidate`,
    ]);
    await expect(order({ do: "continue" })).rejects.toThrow(`${idOf(1)}: its rollout was not held: 5% to the candidate`);
  });

  it("should say that what somebody changed is set again", async () => {
    const { order, said } = await openRun({ seen: [...STARTED, [30, changedBy("somebody set the weights")]] });

    await order({ do: "continue" });

    expect(said.join()).toMatch(/goes on from 5% to the candidate; what is served is set again, over what somebody changed$/);
  });

  it("should promote at once, and not twice", async () => {
    const { order, said } = await openRun({ seen: STARTED });
    const { order: early, said: saidEarly } = await openRun({});
    const { order: baking } = await openRun({ seen: [...STARTED, [16, ordered("promote")], [17, REACHED]] });

    const { text } = await order({ do: "promote", why: "the old one is broken" });
    await early({ do: "promote", why: "the old one is broken" });

    expect(said.join()).toContain("traffic goes from 5% to the candidate to 100% to the candidate, without the stages between; ");
    expect(saidEarly.join()).toContain("to 100% to the candidate, once the endpoint is seen to serve, without");
    expect(text).toContain("rollout, going: a person gives it all of the traffic at once: the old one is broken; ordered by ada");
    await expect(baking({ do: "promote", why: "again" })).rejects.toThrow(
      `${idOf(1)}: it has all of the traffic already: 100% to the candidate`,
    );
  });

  it("should say that SageMaker shifts by itself where it does", async () => {
    const { order } = await openRun({ rollout: { sagemaker: NATIVE }, seen: STARTED.slice(0, 1) });

    await expect(order({ do: "promote", why: "the old one is broken" })).rejects.toThrow(
      `${idOf(1)}: SageMaker shifts its traffic by itself, and skips nothing: the champion alone, going to the candidate alone`,
    );
  });

  it("should name those who may where the person may not", async () => {
    const people = { promote: ["lead"], rollBack: ["ada", "lead"] };
    const { order, said } = await openRun({ seen: STARTED, rollout: { people } });

    await order({ do: "hold", why: "a release" });
    said.length = 0;

    await expect(order({ do: "continue" })).rejects.toThrow(
      [
        `continue ${idOf(1)} of ada (declared) has no effect: only those may do it whom promotion.rollout.people names`,
        "  promote and continue: lead",
        "  roll back and hold: ada, lead",
      ].join("\n"),
    );
    expect(said).toEqual([]);
  });

  it("should announce what a queue that attests people may refuse as what it is", async () => {
    const { control } = await openRun({ seen: STARTED, rollout: { people: { rollBack: ["lead"] } } });
    const attesting: Control = { ...control, identity: () => undefined };
    const said: string[] = [];
    const order = (deed: Omit<Ordered, "by">) => orderRollout(attesting, MODEL, { ...deed, by: "ada" }, (line) => said.push(line));

    await expect(order({ do: "hold", why: "a release" })).rejects.toThrow(
      "only those may do it whom promotion.rollout.people names",
    );
    await order({ do: "promote", why: "the old one is broken" });

    expect(said).toEqual([
      expect.stringMatching(/^hold \S+ on delays, if you may: traffic stays at /),
      expect.stringMatching(/^promote \S+ on delays: traffic goes from /),
    ]);
  });

  it("should need the candidate of whoever may not read, and then only send", async () => {
    const { control } = await openRun({ seen: STARTED });
    const sent: unknown[] = [];
    const blind: Control = {
      ...control,
      ifReadable: async () => undefined,
      answer: async (given) => void sent.push(given),
    };
    const order = (named: string) => orderRollout(blind, named, { do: "rollback", by: "ada", why: "complaints" }, () => undefined);

    await expect(order(MODEL)).rejects.toMatchObject({
      name: "UsageError",
      message: `your identity may not read which candidate of ${MODEL} is in a rollout; name it: retrigger rollback candidate/${MODEL}/…`,
    });
    expect((await order(idOf(1))).text).toBe(`sent; what comes of it was not seen: retrigger why ${idOf(1)} tells it`);
    expect(sent).toMatchObject([{ do: "rollback", model: MODEL, requestId: idOf(1), why: "complaints", by: "ada" }]);
  });

  it("should tell what came first, between the look and the order", async () => {
    const { control } = await openRun({ seen: STARTED });
    const raced: Control = {
      ...control,
      answer: async (given) => {
        await control.answer({ ...given, id: "00000000-0000-4000-8000-000000000001" });
        return await control.answer(given);
      },
    };

    await expect(orderRollout(raced, MODEL, { do: "rollback", by: "ada", why: "a" }, () => undefined)).rejects.toThrow(
      `${idOf(1)}: its rollout goes back to the champion already: 5% to the candidate, going to the champion alone`,
    );
  });

  it("should refuse a blank reason, a model without a rollout, and one that is unknown", async () => {
    const { order } = await openRun({ versions: [{}] });

    await expect(order({ do: "hold", why: " " })).rejects.toThrow("--why: got a blank text");
    await expect(order({ do: "hold", why: "a" })).rejects.toThrow(/^no rollout of flight-delay is in progress$/);
    await expect(order({ do: "hold", why: "a" }, idOf(1))).rejects.toThrow(`${idOf(1)} has no rollout in progress: it is in none`);
    await expect(order({ do: "hold", why: "a" }, idOf(9))).rejects.toThrow("there is no such candidate");
    await expect(order({ do: "hold", why: "a" }, "nope")).rejects.toThrow("no model nope");
    await expect(order({ do: "hold", why: "a" }, " ")).rejects.toMatchObject({
      name: "UsageError",
      message: "the name of a model is missing; expected one as in retrigger.yaml",
    });
  });
});

describe(refusePromotion, () => {
  it("should say that rollouts go by themselves, and name the candidate that waits for people", async () => {
    const { control } = await openRun({ seen: STARTED });
    const asked = [{ judgement: { checks: [checkOf("not-known")] } }];
    const { control: waiting } = await openRun({ versions: asked });

    await expect(refusePromotion(control, MODEL)).rejects.toMatchObject({
      name: "UsageError",
      message: expect.stringMatching(
        /promoted by themselves .*--now .*; one that waits for approval is answered by retrigger approve/,
      ),
    });
    await expect(refusePromotion(waiting, MODEL)).rejects.toThrow(
      `${idOf(1)} waits for approval; to answer: retrigger approve ${idOf(1)}`,
    );
    await expect(refusePromotion(control, "nope")).rejects.toThrow("no model nope");
  });
});

describe("the commands about candidates, of one in its rollout", () => {
  it("should list it with its traffic, and what waits for its end", async () => {
    const { control } = await rollingRun({ versions: [{ judgement: {} }, {}], seen: [...STARTED, [20, ordered("hold")]] });

    const { text } = await candidates(control, MODEL, 9, paint);
    const { text: stateText } = await state(control, MODEL, paint);

    expect(text).toMatch(/ rollout +\S+delays-1 +5% to the candidate, held: a person holds it\n/);
    expect(text).toMatch(/ waits-for-judgement +\S+delays-2 /);
    expect(text).toContain("how it goes: retrigger rollout flight-delay; to end it: retrigger rollback flight-delay --why …");
    expect(stateText).toMatch(
      /candidate +\S+delays-1 is in its rollout: 5% to the candidate, held: a person holds it\n +how it goes/,
    );
    expect(stateText).toContain(`${idOf(2)} waits for the end of that rollout`);
    await expect(answerCandidate(control, idOf(1), { by: "ada", isApproved: true })).rejects.toThrow(
      /does not wait for approval:\n {2}it was accepted, and is in its rollout: 5% to the candidate, held: a person holds it;/,
    );
    await expect(answerCandidate(control, idOf(2), { by: "ada", isApproved: false })).rejects.toThrow(
      `it is judged once the rollout of ${idOf(1)} has ended`,
    );
    expect((await whyCandidate(control, idOf(2), paint)).text).toContain(`  it is judged once the rollout of ${idOf(1)} has ended`);
  });

  it("should tell each step with its traffic, the target of a rollback, and the numbers that decided and their limits", async () => {
    const worse = counted(20, 90, { percent: 5, errors: 0.02 });
    const { control } = await rollingRun({
      seen: [...STARTED, [16, ordered("hold")], [17, ordered("continue", "bob (declared)")], worse],
    });

    const { text } = await whyCandidate(control, idOf(1), paint);

    const [, way = ""] = /From registration to outcome\n([\s\S]*)\n\nThe run/.exec(text) ?? [];
    const steps = way.split("\n").map((line) => line.trim());
    expect(steps).toEqual(
      expect.arrayContaining([
        expect.stringMatching(/rollout, started: it starts with 5% to the candidate; at today's traffic an equal candidate takes$/),
        "traffic: the champion alone, going to 5% to the candidate",
        "2001-01-01 00:16:00  rollout, held: a person holds it: as we say; ordered by ada (declared)",
        "2001-01-01 00:17:00  rollout, went-on: a person lets it go on; ordered by bob (declared)",
        expect.stringMatching(/rollout, back: it fails more often than the champion: candidate \d+ errors in \d,\d{3} requests/),
        expect.stringMatching(
          /^errors: worse than tolerated (5\.8\d|5\.9\d|6\.\d\d) \(1\.40 keeps it here, 5\.81 takes it back\), /,
        ),
        "scores are natural logarithms of likelihood ratios: 0 says nothing, 3.91 is 50 to 1",
        "dispersion: 1 is chance alone; more makes every score smaller",
      ]),
    );
    expect(way).toContain("a rollback puts back the endpoint configuration delays-2025");
    for (const line of text.split("\n")) expect(line.length).toBeLessThanOrEqual(120);
  });

  it("should tell outcomes of rollouts in words", async () => {
    const back = await rollingRun({ seen: [...STARTED, FAILS_GROSSLY, [40, REACHED]] });
    const late = { is: "surveyed", survey: { is: "busy", why: "it is being updated" } } as const;
    const given = await rollingRun({ seen: [[11 * 24 * 60, late]] });
    const thin = { is: "surveyed", survey: { is: "serving", champion: CHAMPION }, history: pastOf(1, 0) } as const;
    const undecidable = await rollingRun({ seen: [[12, thin]] });
    const textOf = async ({ control }: typeof back) => (await candidates(control, MODEL, 9, paint)).text;
    const whyOf = async ({ control }: typeof back) => (await whyCandidate(control, idOf(1), paint)).text;

    expect(await textOf(back)).toMatch(/ rolled-back +\S+delays-1 +it fails grossly: /);
    expect(await whyOf(back)).toContain("rolled-back (its rollout went back to the champion)");
    expect(await textOf(given)).toMatch(/ given-up +\S+delays-1 +its rollout did not start in time/);
    expect(await whyOf(undecidable)).toContain("undecidable (there is too little traffic to tell it from the champion)");
  });

  it("should tell in the outcome that a person promoted it at once, whoever approved it before", async () => {
    const baked = [[16, ordered("promote")], [17, ordered("promote")], [18, REACHED], counted(20, 30, { percent: 100 })] as const;
    const { control } = await rollingRun({ seen: [...STARTED, ...baked, [200, REACHED]] });
    const why = "a person gave it all of the traffic at once: as we say; every guardrail passed";

    const last = (await control.stepsOf(MODEL, idOf(1))).at(-1);

    expect(last && listedWhy({ ...last, approvedBy: ["ada (declared)"] })).toBe(why);
    expect((await candidates(control, MODEL, 9, paint)).text).toMatch(
      / accepted +\S+delays-1 +a person gave it all of the traffic/,
    );
    expect((await whyCandidate(control, idOf(1), paint)).text).toContain(`  ended 2001-01-01 03:20:00: ${why}`);
  });

  it("should begin the rollout of what people approve, and show that", async () => {
    const approval = { needed: "always", approvers: 1, isSeparate: false } as const;
    const cause = { requestId: "data/flight-delay/1", priority: 4 };
    const { control } = await rollingRun({ promotion: { approval }, versions: [{ judgement: { cause } }] });

    const { text } = await answerCandidate(control, idOf(1), { by: "ada", isApproved: true });

    expect(text).toContain("rollout: a person approved it; its rollout on delays begins");
    expect((await rollout(control, MODEL, paint)).text).toMatch(/accepted +2001-01-01 12:00:00: a person approved it\n/);
  });
});

// Helpers

const NATIVE: NonNullable<GivenSettings["sagemaker"]> = {
  role: "arn:aws:iam::111122223333:role/delays",
  namePrefix: "rt-0123abcd",
  native: { shift: { type: "canary", percent: 10 }, waitSec: 600, alarms: ["errors"] },
};

function refusedBy(why: string): Seen[1] {
  return { is: "stepped", result: { is: "refused", why } };
}

/** A local run with a rollout, and how `ada` orders; what was said before an order is in `said`. */
async function openRun(rolling: Rolling) {
  const { control } = await rollingRun(rolling);
  const said: string[] = [];
  const order = (deed: Omit<Ordered, "by">, named = MODEL) =>
    orderRollout(control, named, { ...deed, by: "ada" }, (line) => said.push(line));
  return { control, said, order };
}
