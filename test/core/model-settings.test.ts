import { isWatched, modelSettingsSchema } from "../../functions/core/model-settings";
import { settingsOf } from "../simulation/data-path";

describe("isWatched", () => {
  const data = { ...settingsOf().data, prefixes: ["labels/", "events/"], suffixes: [".csv", ".parquet"] };

  it.each([
    ["data", "labels/a.csv", true],
    ["data", "events/a.parquet", true],
    ["data", "labels/a.json", false],
    ["data", "other/a.csv", false],
    ["data", "a/labels/a.csv", false],
    ["other", "labels/a.csv", false],
  ])("should say of %s/%s: %s", (bucket, key, expected) => {
    expect(isWatched(data, bucket, key)).toBe(expected);
  });

  it("should take every suffix when none is named", () => {
    expect(isWatched({ ...data, suffixes: [] }, "data", "labels/a.json")).toBe(true);
  });
});

describe("modelSettingsSchema", () => {
  it.each(["", "Upper", "1st", "a_b", "a/b", "__proto__", "a".repeat(41)])("should refuse the model name %j", (model) => {
    expect(modelSettingsSchema.safeParse({ ...settingsOf(), model }).success).toBe(false);
  });
});
