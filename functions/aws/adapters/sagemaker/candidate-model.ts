import {
  type ContainerDefinition,
  CreateModelCommand,
  type CreateModelCommandInput,
  DescribeModelCommand,
  type DescribeModelOutput,
  type DescribeModelPackageOutput,
  type ModelPackageContainerDefinition,
  type SageMakerClient,
} from "@aws-sdk/client-sagemaker";
import { isPartOf, notDone, StepHalted } from "./endpoint-halt";
import { whereThere } from "./endpoint-state";
import { describePackage } from "./model-package";

/** What a candidate's model is made from. */
export interface CandidateModel {
  /** Name that it gets. */
  readonly name: string;
  /** ARN of its model package. */
  readonly packageArn: string;
  /** ARN of the role that its containers run as. */
  readonly role: string;
  /** Name of the champion's model, whose network the candidate is put in. */
  readonly championModel: string;
}

/**
 * Makes a candidate's model, where it is not there yet; one that was made is used also when its package is gone by then. It is made
 * from the containers of its package, each image by its digest where the package has one, and not from the package itself: whether
 * SageMaker takes one that nobody approved yet is not documented, and a shadow comes before the approval. Its network, and whether
 * it is isolated, are the champion's.
 * @throws StepHalted where the package cannot be deployed, another model has the name, or SageMaker refuses it; RetryableError when
 * SageMaker cannot answer now, Error when it will not
 */
export async function ensureCandidateModel(client: SageMakerClient, candidate: CandidateModel): Promise<void> {
  const found = await describePackage(client, candidate.packageArn);
  const made = await describeModel(client, candidate.name);
  if (made !== undefined) {
    if (isOwn(candidate, made, found)) return;
    throw new StepHalted("refused", `the model ${candidate.name} is there already, of other containers; delete it`);
  }
  const containers = containersOf(candidate.packageArn, found);
  const champion = await describeModel(client, candidate.championModel);
  if (champion === undefined) {
    throw new StepHalted(
      "refused",
      `the champion's model ${candidate.championModel} was deleted; the candidate's network is unknown`,
    );
  }
  await client
    .send(new CreateModelCommand(modelOf(candidate, containers, champion)))
    .catch(
      notDone(`make the model ${candidate.name} of the package ${candidate.packageArn}`, { hidden: environmentOf(containers) }),
    );
}

/** Whether a model of the rollout's own name is what it made: of a package that can be deployed no more, its role tells. */
function isOwn({ packageArn, role }: CandidateModel, made: DescribeModelOutput, found: DescribeModelPackageOutput | undefined) {
  if (made.ExecutionRoleArn !== role) return false;
  if (found?.ModelPackageStatus !== "Completed") return true;
  const has = made.Containers ?? (made.PrimaryContainer === undefined ? [] : [made.PrimaryContainer]);
  return isPartOf(containersOf(packageArn, found), has);
}

/** What the containers are given, perhaps secrets: refusals of SageMaker quote it. */
function environmentOf(containers: readonly ContainerDefinition[]): readonly (readonly [name: string, value: string])[] {
  return containers.flatMap(({ Environment = {} }) => Object.entries(Environment));
}

function describeModel(client: SageMakerClient, name: string): Promise<DescribeModelOutput | undefined> {
  return whereThere(client.send(new DescribeModelCommand({ ModelName: name })), `the model ${name}`);
}

function modelOf(
  { name, role }: CandidateModel,
  containers: ContainerDefinition[],
  { VpcConfig, EnableNetworkIsolation, InferenceExecutionConfig }: DescribeModelOutput,
): CreateModelCommandInput {
  return {
    ModelName: name,
    ExecutionRoleArn: role,
    Containers: containers,
    ...(VpcConfig !== undefined && { VpcConfig }),
    ...(EnableNetworkIsolation !== undefined && { EnableNetworkIsolation }),
    ...(containers.length > 1 && InferenceExecutionConfig !== undefined && { InferenceExecutionConfig }),
  };
}

function containersOf(arn: string, found: DescribeModelPackageOutput | undefined): ContainerDefinition[] {
  const fail = (why: string) => new StepHalted("refused", `the model package ${arn} ${why}`);
  if (found === undefined) throw fail("is not there; register the candidate again");
  if (found.ModelPackageStatus !== "Completed") throw fail(`is ${found.ModelPackageStatus}; only a completed one can be deployed`);
  const containers = found.InferenceSpecification?.Containers ?? [];
  if (containers.length === 0) throw fail("has no containers; register it with an inference specification");
  if (containers.some(({ ProductId }) => ProductId !== undefined)) {
    throw fail("is a product of AWS Marketplace, which only its own package deploys; deploy it by hand");
  }
  return containers.map((container) => {
    if (container.Image === undefined) throw fail("has a container without an image; register it with one");
    return containerOf(container, container.Image);
  });
}

/** Of a package that names its data twice, the source, which tells more than the address. */
function containerOf(container: ModelPackageContainerDefinition, image: string): ContainerDefinition {
  const { ImageDigest, ModelDataUrl, ModelDataSource, Environment, ContainerHostname, AdditionalModelDataSources } = container;
  return {
    Image: ImageDigest === undefined ? image : `${withoutTag(image)}@${ImageDigest.toLowerCase()}`,
    ...(ModelDataSource !== undefined && { ModelDataSource }),
    ...(ModelDataSource === undefined && ModelDataUrl !== undefined && { ModelDataUrl }),
    ...(Environment !== undefined && { Environment }),
    ...(ContainerHostname !== undefined && { ContainerHostname }),
    ...(AdditionalModelDataSources !== undefined && { AdditionalModelDataSources }),
  };
}

/** An image's registry and repository; a registry may have a port. */
function withoutTag(image: string): string {
  const [repository = ""] = image.slice(image.lastIndexOf("/") + 1).split(/[:@]/);
  return image.slice(0, image.lastIndexOf("/") + 1) + repository;
}
