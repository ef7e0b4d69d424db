import { vertexMonitoring, vertexMonitoringSchema } from "../../../config/sections/vertex-monitoring";
import { messageOf } from "../../stacks/config-messages";

const RUNS = { project: "acme-ml", location: "europe-west4" };
const TRAINING = { uri: "gs://acme/train.csv", format: "csv", target: "late" };

describe("the monitoring of a model by Vertex AI in retrigger.yaml", () => {
  it.each<[string, object]>([
    ["an endpoint", { endpoint: "77" }],
    ["an endpoint by its whole name", { endpoint: "projects/acme-ml/locations/europe-west4/endpoints/77" }],
    ["a job that exists", { endpoint: "77", jobId: "4" }],
    ["a job to be created, for drift", { endpoint: "77", job: { drift: { age: 0.3 } } }],
    ["one for skew", { endpoint: "77", job: { samplingRate: 1, interval: "1h", skew: { age: 0.3 }, training: TRAINING } }],
    ["a table", { endpoint: "77", job: { skew: { age: 1 }, training: { uri: "bq://acme-ml.flights.train", target: "late" } } }],
  ])("should accept %s", (_case, vertex) => {
    expect(messageOf(configOf(vertex))).toBe("no mistake");
  });

  it.each<[string, object, string]>([
    ["no endpoint", {}, "vertex.endpoint: missing; expected the id of an endpoint in quotes"],
    ["a number", { endpoint: 77 }, "vertex.endpoint: got 77; expected the id of an endpoint in quotes"],
    [
      "a job by its name",
      { endpoint: "77", jobId: "churn" },
      'vertex.jobId: got "churn"; expected the id of a monitoring job in quotes',
    ],
    [
      "two jobs",
      { endpoint: "77", jobId: "4", job: { drift: { age: 1 } } },
      "expected jobId for a job that exists, or job for one",
    ],
    ["no thresholds", { endpoint: "77", job: {} }, "expected skew or drift with the threshold of one feature at least"],
    ["a threshold of 0", { endpoint: "77", job: { drift: { age: 0 } } }, "vertex.job.drift.age: got 0; expected a number above 0"],
    ["half hours", { endpoint: "77", job: { drift: { age: 1 }, interval: "90m" } }, "expected whole hours"],
    ["less than an hour", { endpoint: "77", job: { drift: { age: 1 }, interval: "30m" } }, "1h to 90d"],
    [
      "every request twice",
      { endpoint: "77", job: { drift: { age: 1 }, samplingRate: 2 } },
      "expected a number above 0, at most 1",
    ],
    [
      "skew from nothing",
      { endpoint: "77", job: { skew: { age: 1 } } },
      "expected training beside skew, which is measured from it",
    ],
    ["training for nothing", { endpoint: "77", job: { drift: { age: 1 }, training: TRAINING } }, "expected skew beside training"],
    [
      "an object of no format",
      { endpoint: "77", job: { skew: { age: 1 }, training: { uri: "gs://acme/t", target: "late" } } },
      "expected format for an object of Cloud Storage",
    ],
  ])("should refuse %s, and say what to do", (_case, vertex, message) => {
    expect(messageOf(configOf(vertex))).toContain(message);
  });

  it("should refuse it for a model on AWS", () => {
    const pipeline = { name: "training" };
    const models = { one: { data: { bucket: "acme", prefixes: ["in/"] }, pipeline, monitoring: { vertex: { endpoint: "77" } } } };

    expect(messageOf({ environment: "dev", aws: { region: "eu-central-1" }, models })).toContain(
      "models.one.monitoring.vertex: got monitors of Google Cloud for a pipeline on AWS; expected vertex with pipeline.template alone; remove it",
    );
  });
});

describe("vertexMonitoring", () => {
  it("should name the endpoint whole, and give the job with its defaults", () => {
    expect(vertexMonitoring(vertexMonitoringSchema.parse({ endpoint: "77", job: { drift: { age: 0.3 } } }), RUNS)).toEqual({
      endpoint: "projects/acme-ml/locations/europe-west4/endpoints/77",
      job: { samplingRatio: 0.1, intervalMs: 86_400_000, skew: {}, drift: { age: 0.3 } },
    });
  });

  it("should keep an endpoint elsewhere, and what skew is measured from", () => {
    const endpoint = "projects/acme-ml/locations/us-east1/endpoints/77";
    const job = { skew: { age: 0.3 }, training: TRAINING };

    const settings = vertexMonitoring(vertexMonitoringSchema.parse({ endpoint, job }), RUNS);

    expect(settings).toMatchObject({ endpoint, job: { skew: { age: 0.3 }, training: TRAINING } });
  });
});

// Helpers

function configOf(vertex: object): object {
  return {
    environment: "dev",
    gcp: { project: RUNS.project, region: RUNS.location },
    models: {
      one: {
        data: { bucket: "acme", prefixes: ["in/"] },
        pipeline: { template: "gs://acme/p.yaml", outputDirectory: "gs://acme-runs/one" },
        monitoring: { vertex },
      },
    },
  };
}
