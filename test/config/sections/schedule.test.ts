import { scheduleProblems } from "../../../config/checks/schedules";
import { modelSchema } from "../../../config/config";
import { modelSchedules } from "../../../config/sections/schedule";
import { messageOf } from "../../stacks/config-messages";

describe("the schedules of a model in retrigger.yaml", () => {
  it.each<[string, unknown]>([
    ["one", { cron: "30 2 * * MON-FRI", timezone: "Europe/Berlin", name: "nightly", priority: 1 }],
    ["one with the defaults", { cron: "@daily" }],
    ["a list", [{ cron: "0 0 1 * *" }, { cron: "0 0 * * FRI", name: "fridays" }]],
    ["a zone that is a link to another", { cron: "@daily", timezone: "Asia/Calcutta" }],
    ["UTC by its other name", { cron: "@daily", timezone: "Etc/UTC" }],
  ])("should accept %s", (_case, schedule) => {
    expect(messageOf(configOf(schedule))).toBe("no mistake");
  });

  it.each<[string, unknown, string]>([
    [
      "a wrong hour",
      { cron: "0 24 * * *" },
      'models.one.schedule.cron: got "0 24 * * *"; its hour has "24"; expected *, or 0 to 23',
    ],
    [
      "a day that there is not",
      { cron: "0 0 30 2 *" },
      'schedule.cron: got "0 0 30 2 *"; February has no day 30, so it would never fire',
    ],
    ["no time", {}, "models.one.schedule: got none of cron, every and rate; expected exactly one of them; add one"],
    ["a number", { cron: 5 }, "schedule.cron: got 5; expected a cron expression of five fields"],
    [
      "a misspelt key",
      { cron: "@daily", timezon: "UTC" },
      "schedule.timezon: unknown key; did you mean timezone? allowed here: mode, cron, every, rate, timezone, name, priority, parameters",
    ],
    ["a misspelt key in a list", [{ cron: "@daily", prority: 1 }], "schedule[0].prority: unknown key; did you mean priority?"],
    [
      "a mistake in a list",
      [{ cron: "@daily" }, { cron: "@often", name: "two" }],
      'schedule[1].cron: got "@often"; expected five fields',
    ],
    ["an empty list", [], "schedule: got []; expected at least one schedule; leave the key out when there is none"],
    ["text alone", "@daily", 'schedule: got "@daily"; expected a mapping with cron, every or rate, or a list of such mappings'],
    [
      "a zone that there is not",
      { cron: "@daily", timezone: "Europe/Berlim" },
      'timezone: got "Europe/Berlim"; did you mean Europe/Berlin? expected the name of a time zone in the IANA database, such as UTC or Europe/Berlin',
    ],
    ["an offset", { cron: "@daily", timezone: "+02:00" }, 'timezone: got "+02:00"; expected the name of a time zone'],
    [
      "a zone in another case",
      { cron: "@daily", timezone: "europe/berlin" },
      'timezone: got "europe/berlin"; expected Europe/Berlin, in this case of letters',
    ],
    [
      "a name with capitals",
      { cron: "@daily", name: "Nightly" },
      'name: got "Nightly"; did you mean nightly? expected 1 to 40 of a-z, 0-9 and -, starting with a letter',
    ],
    ["a priority of 6", { cron: "@daily", priority: 6 }, "priority: got 6; expected a whole number, 1 to 5, such as 3"],
  ])("should explain %s", (_case, schedule, expected) => {
    expect(messageOf(configOf(schedule))).toContain(expected);
  });

  it("should tell all mistakes of an expression, each on its line", () => {
    expect(messageOf(configOf({ cron: "60 24 * * *" }))).toMatch(/2 mistakes\n.*its minute has "60".*\n.*its hour has "24"/);
  });
});

describe("the checks of schedules", () => {
  it("should ask for names where a model has more than one schedule", () => {
    expect(messageOf(configOf([{ cron: "@daily" }, { cron: "@weekly" }]))).toContain(
      "models.one.schedule[1]: has no name, so it is named schedule, as an earlier one is; expected names that differ; name it",
    );
  });

  it("should refuse a name twice within a model, and allow it in another", () => {
    const twice = [
      { cron: "@daily", name: "a" },
      { cron: "@weekly", name: "a" },
    ];

    expect(messageOf(configOf(twice))).toContain('models.one.schedule[1]: has the name "a", as an earlier one has');
    expect(messageOf(configOf({ cron: "@daily" }, { cron: "@daily" }))).toBe("no mistake");
  });

  it("should refuse what the cloud of the model cannot say, with the way out, even when other fields are wrong", () => {
    expect(messageOf(configOf({ cron: "0 0 13 * FRI", priority: 9 }))).toMatch(
      /models\.one\.schedule\.cron: got "0 0 13 \* FRI", which fires on days of the month or days of the week, .* EventBridge Scheduler .*; write two schedules with a name each/,
    );
  });

  it("should accept the way out", () => {
    const schedules = [
      { cron: "0 0 13 * *", name: "on-the-13th" },
      { cron: "0 0 * * FRI", name: "on-fridays" },
    ];

    expect(messageOf(configOf(schedules))).toBe("no mistake");
  });

  it("should allow it where the pipeline is a template, on Google Cloud, and say nothing where the cloud is not known", () => {
    const problemsOf = (pipeline: object) =>
      scheduleProblems({ models: { one: { data: { bucket: "acme" }, pipeline, schedule: { cron: "0 0 13 * FRI" } } } });

    expect(problemsOf({ template: "gs://acme/pipeline.json" })).toEqual([]);
    expect(problemsOf({ template: "gs://acme/pipeline.json", name: "training" })).toEqual([]);
    expect(problemsOf({})).toEqual([]);
    expect(problemsOf({ name: "training" })).toHaveLength(1);
  });
});

describe("modelSchedules", () => {
  it("should fill in the defaults, for one schedule or a list of one", () => {
    const expected = [
      { model: "one", name: "schedule", timeZone: "UTC", priority: 3, timing: expect.objectContaining({ hours: [0] }) },
    ];

    for (const schedule of [{ cron: "@daily" }, [{ cron: "@daily" }]]) {
      const model = modelSchema.parse({ data: { bucket: "acme" }, pipeline: { name: "training" }, schedule });
      expect(modelSchedules("one", model.schedule, "aws")).toEqual(expected);
    }
  });

  it("should be none without the section", () => {
    expect(modelSchedules("one", undefined, "aws")).toEqual([]);
  });
});

// Helpers

/** A configuration of a model with each of these schedules: one, two and so on. */
function configOf(...schedules: readonly unknown[]): object {
  const models = schedules.map((schedule, index) => [
    ["one", "two"][index],
    { data: { bucket: "acme", prefixes: ["in/"] }, pipeline: { name: "training" }, schedule },
  ]);
  return { environment: "dev", aws: { region: "eu-central-1" }, models: Object.fromEntries(models) };
}
