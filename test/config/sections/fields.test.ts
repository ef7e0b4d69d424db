import { durationMs, durationSchema } from "../../../config/sections/fields";
import { configOf, messageOf } from "../../stacks/config-messages";

describe("durationMs", () => {
  it.each([
    ["45s", 45_000],
    ["30m", 1_800_000],
    ["6h", 21_600_000],
    ["7d", 604_800_000],
  ])("should read %s as %d milliseconds", (text, ms) => {
    expect(durationSchema.parse(text)).toBe(text);
    expect(durationMs(text)).toBe(ms);
  });

  it.each(["", "6", "h", "6 h", "-6h", "1.5h", "6h30m", "6H", "1e3s", "6h\n", "9999999d"])("should refuse %j", (text) => {
    expect(durationSchema.safeParse(text).success).toBe(false);
    expect(() => durationMs(text)).toThrow(RangeError);
  });
});

describe("the address of something in a bucket", () => {
  const templateIn = (template: string) =>
    messageOf(configOf({ one: { pipeline: { name: undefined, template, outputDirectory: "gs://acme/runs" } } }));

  it.each(["x", "Acme", "-acme", "acme.", ""])("should say that it is the bucket's name that is wrong: %j", (bucket) => {
    expect(templateIn(`gs://${bucket}/y.yaml`)).toContain(
      `; the bucket's name is wrong: got "${bucket}", expected 3 to 63 of a-z, 0-9, -, _ and ., with a letter or digit at both ends\n`,
    );
  });

  it("should not blame a bucket whose name is right", () => {
    expect(templateIn("gs://acme/y.txt")).toContain('got "gs://acme/y.txt"');
    expect(templateIn("gs://acme/y.txt")).not.toContain("bucket's name");
  });

  it("should say the characters of a bucket of S3", () => {
    const monitoring = { sagemaker: { schedules: ["weekly"], folders: ["s3://a_b/reports/"] } };

    expect(messageOf(configOf({ one: { monitoring } }))).toContain(
      `the bucket's name is wrong: got "a_b", expected 3 to 63 of a-z, 0-9, - and ., with`,
    );
  });
});
