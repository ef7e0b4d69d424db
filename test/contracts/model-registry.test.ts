import { SageMakerClient } from "@aws-sdk/client-sagemaker";
import { sageMakerModelRegistry } from "../../functions/aws/adapters/sagemaker/model-registry";
import { vertexModelRegistry } from "../../functions/gcp/adapters/vertex/model-registry";
import { memoryModelRegistry } from "../../functions/memory/model-registry";
import { CLIENT, type LoopbackServer } from "../aws/adapters/loopback-server";
import { executionArn, startModelPackagesServer } from "../aws/adapters/model-packages-server";
import { anonymousRest } from "../gcp/adapters/google-server";
import { modelName, runName, startModelRegistryServer } from "../gcp/adapters/model-registry-server";
import { describeModelRegistry } from "./model-registry.contract";

const evaluationUri = (scheme: string, run: string) => `${scheme}models/${run}/evaluation.json`;

describeModelRegistry({
  name: "memory",
  missing: "none",
  create: () => {
    const registry = memoryModelRegistry();
    registry.create("flights");
    const madeBy = (run: string) => ({ runId: run, evaluationUri: evaluationUri("memory://", run) });
    return {
      registry,
      name: "flights",
      register: (registeredAt, run) => registry.register("flights", { registeredAt, ...madeBy(run) }).version,
      madeBy,
      decide: (version, approval) => registry.change(version, { approval }),
      remove: (version) => registry.change(version, "delete"),
    };
  },
});

describe("over loopback", () => {
  let server: LoopbackServer | undefined;
  let client: SageMakerClient | undefined;

  afterEach(async () => {
    client?.destroy();
    await server?.stop();
  });

  describeModelRegistry({
    name: "SageMaker",
    missing: "none",
    create: async () => {
      const packages = await startModelPackagesServer({ pageSize: 30 });
      server = packages;
      client = new SageMakerClient({ ...CLIENT, endpoint: server.endpoint });
      packages.groups.add("Flights");
      const madeBy = (run: string) => ({ runId: executionArn(run), evaluationUri: evaluationUri("s3://", run) });
      return {
        registry: sageMakerModelRegistry(client),
        name: "Flights",
        register: (registeredAt, run) =>
          packages.register("Flights", registeredAt, {
            MetadataProperties: { GeneratedBy: executionArn(run) },
            ModelMetrics: { ModelQuality: { Statistics: { ContentType: "application/json", S3Uri: evaluationUri("s3://", run) } } },
          }),
        madeBy,
        decide: (version, approval) =>
          packages.change(version, { ModelApprovalStatus: approval === "approved" ? "Approved" : "Rejected" }),
        remove: (version) => packages.packages.delete(version),
      };
    },
  });

  describeModelRegistry({
    name: "Vertex AI",
    missing: modelName("none"),
    create: async () => {
      const models = await startModelRegistryServer({ pageSize: 30 });
      server = models;
      const { endpoint } = server;
      models.models.set(modelName("flights"), []);
      return {
        registry: vertexModelRegistry(anonymousRest(), () => endpoint),
        name: modelName("flights"),
        register: (registeredAt, run) => {
          const outputs = { evaluation: { artifacts: [{ uri: evaluationUri("gs://", run) }] } };
          models.runs.set(runName(run), { state: "PIPELINE_STATE_RUNNING", jobDetail: { taskDetails: [{}, { outputs }] } });
          return models.upload(modelName("flights"), registeredAt, { pipelineJob: runName(run).replace("/p/", "/4711/") });
        },
        madeBy: (run) => ({ runId: runName(run), evaluationUri: evaluationUri("gs://", run) }),
        decide: (version, approval) => {
          models.version(version).labels["retrigger-verdict"] = approval;
        },
        remove: (version) => {
          const [model = "", number] = version.split("@");
          models.models.set(model, models.models.get(model)?.filter(({ versionId }) => versionId !== number) ?? []);
        },
      };
    },
  });
});
