import { messageOf } from "../../stacks/config-messages";

describe("the time of a schedule in retrigger.yaml", () => {
  it.each<[string, object]>([
    ["a cron expression", { cron: "@daily" }],
    ["words", { every: "weekday at 06:30", timezone: "Europe/Berlin" }],
    ["a rate", { rate: "6h" }],
    ["a rate and UTC", { rate: "6h", timezone: "UTC" }],
    ["a rate on AWS that divides no hour", { rate: "61m" }],
  ])("should be %s", (_case, schedule) => {
    expect(messageOf(onAws({ schedule }))).toBe("no mistake");
    expect(messageOf(onAws({ schedule: { ...schedule, mode: "direct" }, data: undefined }))).toBe("no mistake");
  });

  it.each<[string, object, string]>([
    ["two times", { cron: "@daily", rate: "1d" }, "schedule: got cron beside rate; expected exactly one of them; leave one"],
    ["three times", { cron: "@daily", rate: "1d", every: "hour" }, "schedule: got cron beside every beside rate"],
    ["a zone beside a rate", { rate: "6h", timezone: "Europe/Berlin" }, 'timezone: got "Europe/Berlin" beside a rate'],
    ["a rate of seconds", { rate: "90s" }, 'rate: got "90s"; expected a whole number and a unit, 1m to 365d in whole minutes'],
    ["a rate of nothing", { rate: "0m" }, 'rate: got "0m"; expected'],
    ["a rate of years", { rate: "366d" }, 'rate: got "366d"; expected'],
    ["a rate without a unit", { rate: 6 }, "rate: got 6; it has no unit, such as the m of 6m; expected a whole number and a unit"],
    ["words that nobody knows", { every: "fortnight" }, 'every: got "fortnight"; expected day at 2:00, weekday at 06:30'],
    ["a zone that there is not", { every: "hour", timezone: "Mars/Olympus" }, "expected the name of a time zone"],
    ["another mode", { cron: "@daily", mode: "native" }, 'mode: got "native"; expected coordinated or direct'],
  ])("should not be %s", (_case, schedule, expected) => {
    expect(messageOf(onAws({ schedule }))).toContain(expected);
  });

  it("should not be a rate on Google Cloud that the clock cannot keep", () => {
    expect(messageOf(onGcp({ schedule: { rate: "61m" } }))).toMatch(
      /schedule\.rate: got "61m", which divides neither an hour nor a day evenly, .*; write a rate that does, such as 30m, 6h or 1d, or say when/,
    );
    expect(messageOf(onGcp({ schedule: { rate: "6h" } }))).toBe("no mistake");
  });
});

describe("the parameters of a direct schedule on AWS", () => {
  it.each<[string, object]>([
    ["static text", { parameters: { InstanceType: "ml.m5.xlarge", train_mode: "full", empty: " " } }],
    ["a path", { parameters: { at: "$.time", id: "$.id" } }],
    ["names with _ in a time zone", { parameters: { train_mode: "full" }, timezone: "Europe/Berlin" }],
    ["money", { parameters: { note: "costs 5$" } }],
  ])("should be %s", (_case, fields) => {
    expect(messageOf(onAws({ data: undefined, schedule: direct(fields) }))).toBe("no mistake");
  });

  it.each<[string, object, RegExp]>([
    ["a path that is a part", { at: "run-$.time" }, /at: got "run-\$\.time", in which a path is only a part, .*remove the rest/],
    ["a path with more behind it", { at: "$.time-now" }, /expected \$\.time, \$\.id, \$\.account, \$\.region as the whole value/],
    ["a path to nothing", { at: "$.detail.param" }, /got "\$\.detail\.param"; expected \$\.time/],
    ["a keyword of the other service", { at: "<aws.scheduler.scheduled-time>" }, /expected \$\.time/],
    ["a placeholder", { at: "{firedAt}" }, /got "\{firedAt\}", which is not filled in: .*or mode coordinated/],
    ["a placeholder of the coordinator", { uri: "{manifestUri}" }, /which is not filled in/],
    [
      "a path beside a name with _",
      { at: "$.time", train_mode: "a" },
      /got "\$\.time" in a schedule with the parameter train_mode; only/,
    ],
    ["an empty value", { at: "" }, /at: got ""; expected at least one character/],
    ["a number", { epochs: 5 }, /epochs: got 5; expected text; put quotes around/],
    ["a long value", { at: "x".repeat(1_025) }, /expected at most 1024 characters/],
    ["a name with a dot", { "a.b": "x" }, /expected a parameter name of 1 to 256 of/],
    ["the name that JavaScript keeps for itself", JSON.parse('{"__proto__": "x"}'), /the key __proto__ is not allowed/],
  ])("should not be %s", (_case, parameters, expected) => {
    expect(messageOf(onAws({ data: undefined, schedule: direct({ parameters }) }))).toMatch(expected);
  });

  it("should not be more than 200, and no path in a time zone", () => {
    const many = Object.fromEntries(Array.from({ length: 201 }, (_, index) => [`p${index}`, "x"]));

    expect(messageOf(onAws({ schedule: direct({ parameters: many }) }))).toContain("expected at most 200 parameters");
    expect(messageOf(onAws({ schedule: direct({ parameters: { at: "$.time" }, timezone: "Europe/Berlin" }) }))).toMatch(
      /in another time zone than UTC; only EventBridge's rules fill in a path, .*change one, or use mode coordinated/,
    );
  });

  it("should be declared by the pipeline that Retrigger makes", () => {
    const pipeline = { name: "training", definitionFile: "d.json", roleArn: "arn:aws:iam::111122223333:role/t" };
    const files = { "d.json": JSON.stringify({ Parameters: [{ Name: "Mode" }] }) };
    const configured = (parameters: object) => onAws({ data: undefined, pipeline, schedule: direct({ parameters }) });

    expect(messageOf(configured({ Mode: "full" }), files)).toBe("no mistake");
    expect(messageOf(configured({ Other: "x" }), files)).toContain('does not declare the parameter "Other"');
  });
});

describe("the parameters of a direct schedule on Google Cloud", () => {
  it.each<[string, object, RegExp]>([
    ["placeholders of its own", { fired_at: "{firedAt}", of: "{model}/{schedule}/{requestId}" }, /^no mistake$/],
    ["a placeholder of the coordinator", { uri: "{manifestUri}" }, /expected no other placeholders than \{model\}, \{schedule\}/],
    ["a path of EventBridge", { at: "$.time" }, /expected no other placeholders than/],
    ["a name with -", { "fired-at": "x" }, /expected a parameter of a Vertex AI pipeline/],
  ])("should be judged: %s", (_case, parameters, expected) => {
    expect(messageOf(onGcp({ data: undefined, schedule: direct({ parameters }) }))).toMatch(expected);
  });
});

describe("a model without data", () => {
  it.each<[string, object, RegExp]>([
    [
      "no schedule",
      {},
      /models\.one\.data: missing; expected data: \{bucket\}; only a model whose every schedule has mode: direct/,
    ],
    ["a coordinated schedule", { schedule: { cron: "@daily" } }, /models\.one\.data: missing/],
    ["one of each", { schedule: [direct({}), { cron: "@daily", name: "two" }] }, /models\.one\.data: missing/],
    [
      "a batch",
      { schedule: direct({}), batch: { size: 5 } },
      /models\.one\.batch: got batch without data, .*add data, or remove it/,
    ],
    ["a policy", { schedule: direct({}), policy: {} }, /models\.one\.policy: got policy without data/],
    ["drift", { schedule: direct({}), drift: {} }, /models\.one\.drift: got drift without data/],
    ["monitoring", { schedule: direct({}), monitoring: {} }, /models\.one\.monitoring: got monitoring without data/],
    [
      "parameters of a coordinated training",
      { schedule: direct({}), pipeline: { name: "training", parameters: { A: "b" } } },
      /models\.one\.pipeline\.parameters: got parameters of coordinated trainings .*move them there/,
    ],
  ])("should be told of %s", (_case, fields, expected) => {
    expect(messageOf(onAws({ data: undefined, ...fields }))).toMatch(expected);
  });

  it("should not keep the buckets of the others from being checked", () => {
    const config = { ...onAws({ data: undefined, schedule: direct({}) }), aws: { region: "eu-central-1", buckets: { other: {} } } };

    expect(messageOf(config)).toContain("aws.buckets.other: no model uses this bucket; expected one of none");
  });
});

describe("a model with data", () => {
  it("should have direct schedules beside coordinated ones", () => {
    expect(messageOf(onAws({ schedule: [direct({}), { cron: "@daily", name: "two" }] }))).toBe("no mistake");
  });

  it("should be told what belongs to the other mode", () => {
    expect(messageOf(onAws({ schedule: { cron: "@daily", parameters: { A: "b" } } }))).toContain(
      "schedule.parameters: got parameters for a coordinated schedule; expected them with mode direct; use pipeline.parameters",
    );
    expect(messageOf(onAws({ schedule: direct({ priority: 1 }) }))).toContain(
      "schedule.priority: got 1 for a direct schedule, which starts without waiting",
    );
  });
});

// Helpers

function direct(fields: object): object {
  return { mode: "direct", cron: "30 2 * * *", ...fields };
}

function onAws(fields: object): object {
  const model = { data: { bucket: "acme", prefixes: ["in/"] }, pipeline: { name: "training" }, ...fields };
  return { environment: "dev", aws: { region: "eu-central-1" }, models: { one: withoutUndefined(model) } };
}

function onGcp(fields: object): object {
  const pipeline = { template: "gs://acme-pipelines/one.yaml", outputDirectory: "gs://acme-training/one" };
  const model = { data: { bucket: "acme", prefixes: ["in/"] }, pipeline, ...fields };
  return { environment: "dev", gcp: { project: "acme-ml", region: "europe-west4" }, models: { one: withoutUndefined(model) } };
}

function withoutUndefined(fields: object): object {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined));
}
