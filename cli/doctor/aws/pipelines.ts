import { GetRoleCommand } from "@aws-sdk/client-iam";
import { DescribeModelPackageGroupCommand, DescribePipelineCommand } from "@aws-sdk/client-sagemaker";
import {
  type ParameterMistake,
  type PipelineParameter,
  parameterMistakes,
  readDefinition,
} from "../../../config/checks/pipeline-parameters";
import type { ModelConfig } from "../../../config/config";
import { isMissing } from "../../../functions/aws/adapters/sagemaker/sagemaker-refusal";
import { byThing, type Check, type Report } from "../finding";
import { sampleRuns } from "../sample-requests";
import type { AwsAccount } from "./account";

type Named = readonly [string, ModelConfig];

/** The pipelines that trainings start, with what they are started with. */
export const pipelines: Check<AwsAccount> = {
  asks: "Does each pipeline exist, and does it take the configured parameters?",
  permissions: ["sagemaker:DescribePipeline"],
  async look(account, report) {
    const all = byThing(account.models, ([, { pipeline }]) => pipeline.name);
    await Promise.all(
      [...all].map(([name, models]) =>
        report.look(`pipeline ${name}`, "sagemaker:DescribePipeline", () => lookAtPipeline(account, report, name, models)),
      ),
    );
  },
};

async function lookAtPipeline(account: AwsAccount, report: Report, name: string, models: readonly Named[]): Promise<void> {
  const { clients, region } = account;
  const about = `pipeline ${name}`;
  const found = await clients.sageMaker.send(new DescribePipelineCommand({ PipelineName: name })).catch(missing);
  if (found === undefined) {
    const isOurs = models.some(([, { pipeline }]) => pipeline.definitionFile !== undefined);
    const list = `aws sagemaker list-pipelines --region ${region} --query 'PipelineSummaries[].PipelineName'`;
    if (isOurs) report.notDeployed(about, "will be created from pipeline.definitionFile");
    else report.problem(about, `does not exist in ${region}`, `${list} lists those that do; correct pipeline.name`);
    return;
  }
  if (found.PipelineStatus === "Deleting") {
    report.problem(about, "is being deleted", `create it again, or correct pipeline.name of ${namesOf(models)}`);
    return;
  }
  const definition = readDefinition(found.PipelineDefinition ?? "");
  if (!definition.isRead) {
    const cure = `aws sagemaker describe-pipeline --region ${region} --pipeline-name ${name}`;
    report.notLookedAt(`parameters of ${name}`, "the definition that SageMaker returned cannot be read", cure);
    return;
  }
  const mistakes = models.flatMap(([model, config]) =>
    sampleRuns(model, config, "s3://").flatMap(({ what, parameters }) =>
      mistakesOf(definition.parameters, parameters).map((mistake) => ({ model, mistake, what })),
    ),
  );
  // of two kinds of trainings that break alike, one is told
  const told = new Map(mistakes.map((one) => [`${one.model} ${one.mistake}`, one]));
  for (const { model, mistake, what } of told.values())
    report.problem(
      about,
      `${what} of ${model} would be refused: ${mistake}`,
      `correct models.${model}.pipeline.parameters, or give the parameter a default in the pipeline`,
    );
  if (told.size === 0) report.inOrder(about, `takes the parameters of ${namesOf(models)}`);
}

/** What SageMaker would refuse a start with these values for, each in a sentence; empty where it takes them. */
function mistakesOf(declared: readonly PipelineParameter[], given: Readonly<Record<string, string>>): string[] {
  return parameterMistakes(declared, Object.entries(given)).map((mistake) => mistakeText(mistake, declared));
}

function mistakeText(mistake: ParameterMistake, declared: readonly PipelineParameter[]): string {
  const { name } = mistake;
  switch (mistake.kind) {
    case "undeclared":
      return `got ${name}, which the pipeline does not declare; it declares ${declared.map(kindText).join(", ") || "none"}`;
    case "missing":
      return `${kindText(mistake.declared)} has neither a value nor a default`;
    case "type":
      return `got ${JSON.stringify(mistake.value)} for ${name}; it takes ${mistake.type.takes}`;
    case "enum":
      return `got ${JSON.stringify(mistake.value)} for ${name}; it takes one of ${mistake.allowed.join(", ")}`;
  }
}

function kindText({ Name, Type = "String" }: PipelineParameter): string {
  return `${Name} (${Type})`;
}

function namesOf(models: readonly Named[]): string {
  return models.map(([model]) => model).join(", ");
}

/** The roles that pipelines run as: those that the configuration gives to pipelines that it creates. */
export const pipelineRoles: Check<AwsAccount> = {
  asks: "Does the role of each pipeline that Retrigger creates exist, and may SageMaker assume it?",
  permissions: ["iam:GetRole"],
  async look(account, report) {
    const roles = byThing(account.models, ([, { pipeline }]) => pipeline.roleArn);
    await Promise.all(
      [...roles.keys()]
        // that of another account is told with the credentials
        .filter((arn) => arn.split(":")[4] === account.identity?.accountId)
        .map((arn) => report.look(arn, "iam:GetRole", () => lookAtRole(account, report, arn))),
    );
  },
};

async function lookAtRole({ clients }: AwsAccount, report: Report, arn: string): Promise<void> {
  const RoleName = arn.split("/").at(-1);
  const found = await clients.iam.send(new GetRoleCommand({ RoleName })).catch((error: unknown) => {
    if (error instanceof Error && /NoSuchEntity/.test(error.name)) return undefined;
    throw error;
  });
  const trust = decodeURIComponent(found?.Role?.AssumeRolePolicyDocument ?? "");
  if (found === undefined) report.problem(arn, "does not exist", "create the role, or correct pipeline.roleArn");
  else if (!trust.includes("sagemaker.amazonaws.com")) {
    const cure = `aws iam update-assume-role-policy --role-name ${RoleName} --policy-document file://trust.json, with Principal {"Service": "sagemaker.amazonaws.com"}`;
    report.problem(arn, "does not let SageMaker assume it: its trust policy does not name sagemaker.amazonaws.com", cure);
  } else report.inOrder(arn, "exists, and SageMaker may assume it");
}

/** The model package groups whose candidates are judged. */
export const registries: Check<AwsAccount> = {
  asks: "Does the model package group of each promoted model exist?",
  permissions: ["sagemaker:DescribeModelPackageGroup"],
  async look({ clients, region, models }, report) {
    const groups = byThing(models, ([, { promotion }]) => promotion?.registry);
    await Promise.all(
      [...groups.keys()].map((group) => {
        const about = `model package group ${group}`;
        return report.look(about, "sagemaker:DescribeModelPackageGroup", async () => {
          const command = new DescribeModelPackageGroupCommand({ ModelPackageGroupName: group });
          const found = await clients.sageMaker.send(command).catch(missing);
          const cure = `aws sagemaker create-model-package-group --region ${region} --model-package-group-name ${group}`;
          const status = found?.ModelPackageGroupStatus ?? "of no known status";
          if (found === undefined) report.problem(about, `does not exist in ${region}`, `${cure}, or correct promotion.registry`);
          else if (status !== "Completed") report.problem(about, `is ${status}; expected Completed`, cure);
          else report.inOrder(about, "exists");
        });
      }),
    );
  },
};

/** Undefined for what SageMaker does not know; any other refusal is thrown. */
export function missing(error: unknown): undefined {
  if (isMissing(error)) return undefined;
  throw error;
}
