import { GetMetricDataCommand, type GetMetricDataCommandOutput } from "@aws-sdk/client-cloudwatch";
import { DescribeTableCommand, ResourceNotFoundException } from "@aws-sdk/client-dynamodb";
import { physicalName } from "../../../modules/aws/deployment";
import { sqsQueues } from "../../redrive/sqs-queues";
import type { Check } from "../finding";
import { prefixOption } from "../other-environment";
import type { AwsAccount } from "./account";

/** The table of all state, by which a deployment is known to be there. */
export const stateTable: Check<AwsAccount> = {
  asks: "Is the environment deployed, with an active state table?",
  permissions: ["dynamodb:DescribeTable"],
  async look(account, report) {
    const { clients, stateTable: table, region } = account;
    const about = `table ${table}`;
    await report.look(about, "dynamodb:DescribeTable", async () => {
      const found = await clients.dynamo.send(new DescribeTableCommand({ TableName: table })).catch((error: unknown) => {
        if (error instanceof ResourceNotFoundException) return undefined;
        throw error;
      });
      account.isDeployed = found !== undefined;
      if (found === undefined) report.notDeployed(about);
      else if (found.Table?.TableStatus === "ACTIVE" || found.Table?.TableStatus === "UPDATING") report.inOrder(about, "is there");
      else {
        const cure = `aws dynamodb describe-table --region ${region} --table-name ${table}`;
        report.problem(about, `is ${found.Table?.TableStatus}; expected ACTIVE`, cure);
      }
    });
  },
};

/** Queues without which nothing arrives. */
function neededQueues(account: AwsAccount): string[] {
  return [physicalName(account, "data", 80), `${physicalName(account, "requests", 75)}.fifo`];
}

/** The queues of an environment, and what failed for good in them. */
export const deadLetters: Check<AwsAccount> = {
  asks: "Do the queues exist, and are there dead letters?",
  permissions: ["sqs:ListQueues", "sqs:GetQueueAttributes"],
  isOfDeployment: true,
  async look(account, report) {
    await report.look("queues", "sqs:ListQueues and sqs:GetQueueAttributes", async () => {
      const all = await sqsQueues(account.clients.sqs, physicalName(account, ""));
      for (const name of neededQueues(account))
        if (!all.some((queue) => queue.name === name)) report.problem(`queue ${name}`, "does not exist", account.deployCommand);
      const dead = all.filter(({ isDeadLetters, letters }) => isDeadLetters && letters > 0);
      for (const { name, letters } of dead) {
        const cure = `retrigger redrive --stack aws --state ${account.stateTable}${prefixOption(account)} --dry-run`;
        report.problem(`queue ${name}`, `holds about ${letters} dead ${letters === 1 ? "letter" : "letters"}`, cure);
      }
      const empty = all.filter(({ isDeadLetters }) => isDeadLetters).length - dead.length;
      if (empty > 0) report.inOrder("queues", `${empty} without dead letters`);
    });
  },
};

/** The sweeper is invoked once a minute, and CloudWatch has a metric some minutes late. */
const TICKS_MS = 15 * 60_000;
const DAY_MS = 86_400_000;

/** The functions that every deployment has. */
const ROLES = ["sweeper", "coordinator", "batcher", "drift-evaluator"] as const;

/** Whether the clock of the deployment ticks, and whether its functions fail. */
export const functions: Check<AwsAccount> = {
  asks: "Was the sweeper invoked within 15 minutes, and did a function fail within a day?",
  permissions: ["cloudwatch:GetMetricData"],
  isOfDeployment: true,
  async look(account, report) {
    const { region } = account;
    await report.look("functions", "cloudwatch:GetMetricData", async () => {
      const sums = await invocations(account);
      const ticks = sums.get("ticks") ?? 0;
      const name = physicalName(account, "sweeper");
      if (ticks > 0) report.inOrder(`function ${name}`, `${ticks} ticks in the last 15 minutes`);
      else {
        const cure = `aws scheduler get-schedule --region ${region} --name ${name} shows whether its schedule is enabled; else ${account.deployCommand}`;
        report.problem(
          `function ${name}`,
          "was not invoked within 15 minutes; expected once a minute: nothing that is due gets done",
          cure,
        );
      }
      const failed = ROLES.filter((role) => (sums.get(role) ?? 0) > 0);
      for (const role of failed) {
        const one = physicalName(account, role);
        const cure = `aws logs tail /aws/lambda/${one} --region ${region} --since 1d --filter-pattern '{ $.level = "error" }'`;
        report.problem(`function ${one}`, `failed ${sums.get(role)} times within a day`, cure);
      }
      // of functions that were not invoked, nothing is known
      if (failed.length === 0 && ticks > 0) report.inOrder("functions", "none failed within a day");
    });
  },
};

/** Sums by `ticks`, the sweeper's invocations, and by role, its failures; a metric without data in a whole answer is 0. */
async function invocations(account: AwsAccount): Promise<Map<string, number>> {
  const { clients, now } = account;
  const queryOf = (Id: string, role: string, MetricName: string, Period: number) => ({
    Id,
    MetricStat: {
      Metric: {
        Namespace: "AWS/Lambda",
        MetricName,
        Dimensions: [{ Name: "FunctionName", Value: physicalName(account, role) }],
      },
      Period,
      Stat: "Sum",
    },
  });
  const sumsOf = async (spanMs: number, queries: ReturnType<typeof queryOf>[]) => {
    const span = { StartTime: new Date(now() - spanMs), EndTime: new Date(now()) };
    const answer = await clients.cloudWatch.send(new GetMetricDataCommand({ ...span, MetricDataQueries: queries }));
    return queries.map(({ Id }) => wholeSum(answer, Id));
  };
  const [ticks = 0] = await sumsOf(TICKS_MS, [queryOf("ticks", "sweeper", "Invocations", 60)]);
  const errors = await sumsOf(
    DAY_MS,
    ROLES.map((role, index) => queryOf(`errors${index}`, role, "Errors", 3_600)),
  );
  return new Map([["ticks", ticks], ...ROLES.map((role, index) => [role, errors[index] ?? 0] as const)]);
}

/**
 * The sum of one metric.
 * @throws Error where CloudWatch did not give all of it, of which nothing follows.
 * https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_MetricDataResult.html
 */
function wholeSum({ MetricDataResults = [], Messages = [] }: GetMetricDataCommandOutput, id: string): number {
  const of = MetricDataResults.filter(({ Id }) => Id === id);
  const [result] = of;
  const said = [...Messages, ...(result?.Messages ?? [])]
    .map(({ Code = "", Value = "" }) => ` ${Code} ${Value}`.trimEnd())
    .join(";");
  if (result === undefined) throw new Error(`CloudWatch gave no result of ${id}${said && `:${said}`}`);
  if (of.length > 1 || result.StatusCode !== "Complete" || said !== "")
    throw new Error(`CloudWatch gave ${id} ${result.StatusCode ?? "without a status"}; expected Complete${said && `:${said}`}`);
  return (result.Values ?? []).reduce((sum, value) => sum + value, 0);
}
