// What functions may do with the versions of the models' model package groups, each of which is a candidate.
import type { PromotedModel } from "../../promoted-models";
import type { AwsDeployment } from "../deployment";
import { type PolicyStatement, sageMakerArns } from "./policy";

/**
 * Lets a function find candidates, and tell a group without any from one that is not there. The type of resource of the list is
 * optional in the reference, so that a request is not held to a group; it reveals names, no content. Every group of this account
 * and region, to look at only: with a line for each, fewer models fill a role.
 * https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazonsagemaker.html
 */
export function findCandidates(deployment: AwsDeployment): PolicyStatement[] {
  const { partition, region, accountId } = deployment;
  const groups = `arn:${partition}:sagemaker:${region}:${accountId}:model-package-group/*`;
  return [
    { Effect: "Allow", Action: "sagemaker:ListModelPackages", Resource: "*" },
    { Effect: "Allow", Action: "sagemaker:DescribeModelPackageGroup", Resource: groups },
  ];
}

/** Lets a function read the candidates of these models. */
export function readCandidates(deployment: AwsDeployment, models: readonly PromotedModel[]): PolicyStatement {
  return { Effect: "Allow", Action: "sagemaker:DescribeModelPackage", Resource: candidateArns(deployment, models) };
}

/** Lets a function reject the candidates of these models, or `may` also approve them, and say that people are asked. */
export function judgeCandidates(
  deployment: AwsDeployment,
  models: readonly PromotedModel[],
  may: "approve" | "reject-alone",
): PolicyStatement[] {
  const statuses = ["Rejected", "PendingManualApproval"];
  return markCandidates(deployment, models, may === "approve" ? ["Approved", ...statuses] : statuses);
}

/** Lets a function approve the candidates of these models, and change nothing of them otherwise. */
export function approveCandidates(deployment: AwsDeployment, models: readonly PromotedModel[]): PolicyStatement[] {
  return markCandidates(deployment, models, ["Approved"]);
}

/** A request that names no status has no such key, so it is denied. */
function markCandidates(
  deployment: AwsDeployment,
  models: readonly PromotedModel[],
  statuses: readonly string[],
): PolicyStatement[] {
  if (models.length === 0) return [];
  const Resource = candidateArns(deployment, models);
  const Condition = { StringEquals: { "sagemaker:ModelApprovalStatus": statuses } };
  return [{ Effect: "Allow", Action: "sagemaker:UpdateModelPackage", Resource, Condition }];
}

/** Every version of the models' groups. */
function candidateArns(deployment: AwsDeployment, models: readonly PromotedModel[]): string[] {
  const versions = models.map(({ promotion }) => `${promotion.registry}/*`);
  return sageMakerArns(deployment, "model-package", versions);
}
