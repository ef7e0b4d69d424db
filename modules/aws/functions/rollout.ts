import type { Construct } from "constructs";
import { ENVIRONMENT } from "../../../functions/core/environment";
import { type RolledOutModel, rolledOutModels } from "../../promoted-models";
import { type PolicyStatement, sageMakerArns } from "../access/policy";
import { readCandidates } from "../access/registry-permissions";
import type { AwsDeployment } from "../deployment";
import type { StateStore } from "../state-store";
import { ScheduledFunction } from "./scheduled-function";

const TIMEOUT_SEC = 300;
/** The next tick does the same. */
const MAXIMUM_WAIT_SEC = 60;

export interface RolloutProps {
  readonly deployment: AwsDeployment;
  readonly state: StateStore;
  /** One at least. */
  readonly models: readonly RolledOutModel[];
}

/**
 * Moves the traffic of the configured endpoints every minute, as far as the evidence goes, or back. It neither makes nor deletes an
 * endpoint, marks nothing in a registry and tells nobody: the promoter does what follows from its record. A tick that fails is not
 * repeated: the next one does the same.
 */
export class Rollout extends ScheduledFunction {
  constructor(scope: Construct, id: string, { deployment, state, models }: RolloutProps) {
    super(scope, id, {
      deployment,
      role: "rollout",
      description: "Moves the traffic of endpoints to candidates that may serve, as far as the evidence goes, and back",
      models: models.map(({ settings }) => settings),
      statementsOf: (some) => {
        const own = rolledOutModels(some);
        return [
          state.readSettings(),
          state.replace("promotions"),
          state.readMany("promotions"),
          readCandidates(deployment, own),
          ...moveTraffic(deployment, own),
          ...makeCandidates(deployment, own),
          ...scaleVariants(deployment, own),
          // Neither metrics nor their namespaces are resources of IAM.
          // https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazoncloudwatch.html
          { Effect: "Allow", Action: "cloudwatch:GetMetricData", Resource: "*" },
        ];
      },
      environment: { [ENVIRONMENT.state]: state.tableName },
      timeoutSec: TIMEOUT_SEC,
      schedulerRole: "rollout-schedule",
      maximumWaitSec: MAXIMUM_WAIT_SEC,
      deliveryRetries: 0,
      schedules: [{ id: "Resource", name: "rollout", expression: "rate(1 minute)" }],
    });
  }
}

/**
 * Lets the function change how the configured endpoints serve, and no other. An update is held to its endpoint and to its
 * configuration, of which a rollback puts back one that somebody else named: any may be put on these endpoints. So may any be read,
 * and any model, as what serves is copied for the candidate.
 */
function moveTraffic(deployment: AwsDeployment, models: readonly RolledOutModel[]): PolicyStatement[] {
  const endpoints = endpointArns(deployment, models);
  const configurations = sageMakerArns(deployment, "endpoint-config", ["*"]);
  return [
    {
      Effect: "Allow",
      Action: ["sagemaker:DescribeEndpoint", "sagemaker:UpdateEndpoint", "sagemaker:UpdateEndpointWeightsAndCapacities"],
      Resource: endpoints,
    },
    { Effect: "Allow", Action: ["sagemaker:DescribeEndpointConfig", "sagemaker:UpdateEndpoint"], Resource: configurations },
    { Effect: "Allow", Action: "sagemaker:DescribeModel", Resource: sageMakerArns(deployment, "model", ["*"]) },
  ];
}

/** Lets the function make models and configurations of the rollouts' own names, and give their role to SageMaker alone. */
function makeCandidates(deployment: AwsDeployment, models: readonly RolledOutModel[]): PolicyStatement[] {
  const names = models.flatMap(({ rollout: { sagemaker } }) => (sagemaker === undefined ? [] : [`${sagemaker.namePrefix}-*`]));
  const roles = models.flatMap(({ rollout: { sagemaker } }) => (sagemaker === undefined ? [] : [sagemaker.role]));
  const made = [...sageMakerArns(deployment, "model", names), ...sageMakerArns(deployment, "endpoint-config", names)];
  return [
    {
      Effect: "Allow",
      Action: ["sagemaker:CreateEndpointConfig", "sagemaker:CreateModel"],
      Resource: made,
    },
    {
      Effect: "Allow",
      Action: "iam:PassRole",
      Resource: [...new Set(roles)],
      Condition: { StringEquals: { "iam:PassedToService": "sagemaker.amazonaws.com" } },
    },
  ];
}

/** Of the one dimension by which variants of endpoints scale. */
const SCALING_CONDITION = {
  StringEquals: {
    "application-autoscaling:service-namespace": "sagemaker",
    "application-autoscaling:scalable-dimension": "sagemaker:variant:DesiredInstanceCount",
  },
};

/**
 * Lets the function take variants out of autoscaling for an update, and put them in again. Targets have names that only the service
 * knows, so the conditions hold what is done to variants. A policy that tracks a target has alarms, which whoever puts it must be
 * allowed to make.
 * https://docs.aws.amazon.com/service-authorization/latest/reference/list_awsapplicationautoscaling.html and
 * https://docs.aws.amazon.com/autoscaling/application/userguide/security_iam_id-based-policy-examples.html
 */
function scaleVariants(deployment: AwsDeployment, models: readonly RolledOutModel[]): PolicyStatement[] {
  const { partition, region, accountId } = deployment;
  const alarms = models.map(
    ({ rollout: { endpoint } }) =>
      `arn:${partition}:cloudwatch:${region}:${accountId}:alarm:TargetTracking-endpoint/${endpoint}/variant/*`,
  );
  return [
    {
      Effect: "Allow",
      Action: ["application-autoscaling:DescribeScalableTargets", "application-autoscaling:DescribeScalingPolicies"],
      Resource: "*",
    },
    {
      Effect: "Allow",
      Action: [
        "application-autoscaling:DeregisterScalableTarget",
        "application-autoscaling:PutScalingPolicy",
        "application-autoscaling:RegisterScalableTarget",
      ],
      Resource: `arn:${partition}:application-autoscaling:${region}:${accountId}:scalable-target/*`,
      Condition: SCALING_CONDITION,
    },
    {
      Effect: "Allow",
      Action: ["cloudwatch:DeleteAlarms", "cloudwatch:DescribeAlarms", "cloudwatch:PutMetricAlarm"],
      Resource: alarms,
    },
  ];
}

function endpointArns(deployment: AwsDeployment, models: readonly RolledOutModel[]): string[] {
  const names = models.map(({ rollout: { endpoint } }) => endpoint);
  return sageMakerArns(deployment, "endpoint", names);
}
