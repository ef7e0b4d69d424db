import { type NamedConfig, sharedData } from "../../../config/checks/shared-data";
import { loadConfig } from "../../../config/load-config";
import { temporaryFolder } from "../../modules/temporary-project";

describe("sharedData", () => {
  it("should tell of data that two environments watch, at the later one, with what both do there", () => {
    const found = sharedData([of("dev", { churn: { prefixes: ["in/"] } }), of("prod", { churn: { prefixes: ["x/", "in/eu/"] } })]);

    expect(found).toEqual([
      {
        index: 1,
        path: ["models", "churn", "data", "prefixes", 1],
        message:
          'got "in/eu/" on acme, where model churn of dev watches "in/": an object that lands there is new data for both, as is a drift report in drift/churn/; expected data that only one deployment watches; give this one its own bucket, prefixes or suffixes',
      },
    ]);
  });

  it("should tell once of a model that shares data with many, and count them", () => {
    const watches = { churn: { prefixes: [""] } };
    const found = sharedData(["a", "b", "c"].map((environment) => of(environment, watches)));

    expect(found.map(({ index, message }) => [index, /watches "".*?:/.exec(message)?.[0]])).toEqual([
      [1, 'watches "":'],
      [2, 'watches "", and 1 more:'],
    ]);
  });

  it.each<[string, object, object]>([["buckets apart", { bucket: "acme" }, { bucket: "acme-prod" }]])(
    "should tell nothing of %s",
    (_case, one, other) => {
      expect(sharedData([of("dev", { churn: one }), of("prod", { churn: other })])).toEqual([]);
    },
  );

  it.each<[string, object, object]>([
    ["prefixes apart", { prefixes: ["in/a"] }, { prefixes: ["in/b"] }],
    ["suffixes apart", { suffixes: [".csv"] }, { suffixes: [".parquet", ".gz"] }],
  ])("should tell of %s on one bucket for one model only that both read its drift reports", (_case, one, other) => {
    expect(sharedData([of("dev", { churn: one }), of("prod", { clicks: other })])).toEqual([]);
    expect(sharedData([of("dev", { churn: one }), of("prod", { churn: other })])).toEqual([
      {
        index: 1,
        path: ["models", "churn", "monitoring", "prefix"],
        message: expect.stringContaining("got drift reports in drift/churn/ on acme, where model churn of dev reads them too"),
      },
    ]);
  });

  it("should tell of suffixes of which one ends with the other, and of one side without any", () => {
    const pairs: [string[], string[]][] = [
      [[".gz"], [".csv.gz"]],
      [[], [".csv"]],
    ];
    for (const [one, other] of pairs) {
      expect(sharedData([of("dev", { churn: { suffixes: one } }), of("prod", { churn: { suffixes: other } })])).toHaveLength(1);
    }
  });

  it("should leave two models of one deployment, and one bucket name on two clouds, to other checks", () => {
    expect(sharedData([of("dev", { churn: {}, clicks: {} })])).toEqual([]);
    expect(sharedData([of("dev", { churn: {} }), of("prod", { churn: {} }, "gcp")])).toEqual([]);
  });
});

// Helpers

const CLOUD = {
  aws: { section: { region: "eu-central-1" }, pipeline: { name: "training" } },
  gcp: {
    section: { project: "acme-ml", region: "europe-west4" },
    pipeline: { template: "gs://acme-pipelines/a.yaml", outputDirectory: "gs://acme-runs/a" },
  },
};

function of(environment: string, data: Readonly<Record<string, object>>, cloud: "aws" | "gcp" = "aws"): NamedConfig {
  const { section, pipeline } = CLOUD[cloud];
  const models = Object.entries(data).map(([name, own]) => [
    name,
    { data: { bucket: "acme", prefixes: ["in/"], suffixes: [".csv"], ...own }, pipeline },
  ]);
  const text = JSON.stringify({ environment, [cloud]: section, models: Object.fromEntries(models) });
  return { environment, config: loadConfig(`${temporaryFolder({ "retrigger.yaml": text })}/retrigger.yaml`) };
}
