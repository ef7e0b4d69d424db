import { configOf, messageOf } from "../stacks/config-messages";

const ONE = configOf({ churn: {} });

describe("an unknown key", () => {
  it.each<[string, object, string]>([
    [
      "that belongs to the clouds",
      { notifications: { email: ["a@b.de"] } },
      "notifications: unknown key; it belongs below aws, or gcp; ",
    ],
    [
      "of sections deeper down",
      { bucket: "acme" },
      "bucket: unknown key; it belongs below backend, or defaults.data, or models.<name>.data; ",
    ],
    [
      "that is told by another word",
      { aws: { region: "eu-west-1", labels: { a: "b" } } },
      "aws.labels: unknown key; did you mean tags? ",
    ],
    [
      "of a section of another tool",
      configOf({ churn: { monitoring: { evidently: { a: 1 } } } }),
      "models.churn.monitoring.evidently: unknown key; did you mean prefix? ",
    ],
    [
      "whose value is of another kind than that of the key that is meant",
      configOf({ churn: { data: { prefixes: undefined, prefix: "incoming/" } } }),
      "models.churn.data.prefix: unknown key; did you mean prefixes? ",
    ],
    [
      "whose value is wrong too",
      configOf({ churn: { data: { bucket: undefined, bukcet: "X_" } } }),
      "models.churn.data.bukcet: unknown key; did you mean bucket? ",
    ],
  ])("should be told once, with its place or the word for it: %s", (_case, config, expected) => {
    const [head, ...told] = messageOf({ ...ONE, ...config }).split("\n  ");

    expect([head, told.length]).toEqual(["retrigger.yaml: 1 mistake", 1]);
    expect(told[0]).toContain(` ${expected}`);
  });

  it("should be read as the word of the other cloud, so that nothing is missing", () => {
    const message = messageOf({ ...ONE, gcp: { project: "acme-ml", location: "europe-west4" } });

    expect(message).toContain("gcp.location: unknown key; did you mean region?");
    expect(message).not.toContain("gcp.region: missing");
  });
});
