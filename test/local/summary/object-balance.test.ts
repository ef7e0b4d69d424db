import { MODELS } from "../../../local/clouds/local-clouds";
import { areObjectsBalanced, objectBalance } from "../../../local/summary/balance";

describe("objectBalance", () => {
  it("should hold when every watched key is in one manifest", () => {
    const balance = westCoast(
      ["flights/west/a.csv", "flights/west/b.csv", "flights/rest/c.csv"],
      ["flights/west/b.csv"],
      ["flights/west/a.csv"],
    );

    expect(balance).toEqual({ model: "west-coast", landed: 2, listed: 2, missing: 0, inDeadLetters: 0, twice: 0, unknown: 0 });
    expect(areObjectsBalanced(balance)).toBe(true);
  });

  it.each([
    ["missing", []],
    ["twice", [["flights/west/a.csv"], ["flights/west/a.csv"]]],
    ["twice", [["flights/west/a.csv", "flights/west/a.csv"]]],
    ["unknown", [["flights/west/a.csv", "flights/rest/c.csv"]]],
  ] as const)("should count what is %s", (fault, manifests) => {
    const balance = westCoast(["flights/west/a.csv", "flights/rest/c.csv"], ...manifests);

    expect(balance[fault]).toBe(1);
    expect(areObjectsBalanced(balance)).toBe(false);
  });

  it("should tell what a dead letter announces from what is missing", () => {
    const [settings] = MODELS.aws;
    if (settings === undefined) throw new Error("there is no model");

    const balance = objectBalance(settings, ["flights/a.csv", "flights/b.csv"], [], new Set(["flights/a.csv"]));

    expect(balance).toMatchObject({ missing: 1, inDeadLetters: 1 });
    expect(areObjectsBalanced(balance)).toBe(false);
    expect(areObjectsBalanced(objectBalance(settings, ["flights/a.csv"], [], new Set(["flights/a.csv"])))).toBe(true);
  });
});

// Helpers

function westCoast(landed: readonly string[], ...manifests: readonly (readonly string[])[]) {
  const settings = MODELS.aws.find(({ model }) => model === "west-coast");
  if (settings === undefined) throw new Error("there is no model west-coast");
  return objectBalance(
    settings,
    landed,
    manifests.map((keys, index) => ({ path: String(index), keys })),
  );
}
