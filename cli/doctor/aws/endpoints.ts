import {
  DescribeEndpointCommand,
  type DescribeEndpointCommandOutput,
  DescribeMonitoringScheduleCommand,
} from "@aws-sdk/client-sagemaker";
import type { ModelConfig } from "../../../config/config";
import { hourLocation } from "../../../config/sections/capture";
import { capturePrefix } from "../../../functions/core/object-uri";
import { byThing, type Check, type Report } from "../finding";
import type { AwsAccount } from "./account";
import { missing } from "./pipelines";

/** What is expected of an endpoint that the configuration names. */
interface NamedEndpoint {
  readonly name: string;
  readonly model: string;
  /** Where its captures are read; undefined where they need not be on. */
  readonly captures?: { readonly location?: string };
}

/** The endpoints whose requests are captured, or whose traffic is moved. */
export const endpoints: Check<AwsAccount> = {
  asks: "Is each endpoint in service, and does it capture its requests to the configured location?",
  permissions: ["sagemaker:DescribeEndpoint"],
  async look(account, report) {
    const named = byThing(account.models.flatMap(endpointsOf), ({ name }) => name);
    await Promise.all(
      [...named].map(([name, uses]) =>
        report.look(`endpoint ${name}`, "sagemaker:DescribeEndpoint", () => lookAtEndpoint(account, report, name, uses)),
      ),
    );
  },
};

function endpointsOf([model, { monitoring, promotion }]: readonly [string, ModelConfig]): NamedEndpoint[] {
  const { capture, sagemaker } = monitoring;
  const rollout = promotion?.rollout?.endpoint;
  return [
    ...(capture?.endpoint === undefined ? [] : [{ name: capture.endpoint, model, captures: { location: capture.location } }]),
    ...(sagemaker?.modelMonitor === undefined ? [] : [{ name: sagemaker.modelMonitor.endpoint, model, captures: {} }]),
    ...(rollout === undefined ? [] : [{ name: rollout, model }]),
  ];
}

async function lookAtEndpoint(account: AwsAccount, report: Report, name: string, uses: readonly NamedEndpoint[]): Promise<void> {
  const { clients, region } = account;
  const about = `endpoint ${name}`;
  const models = [...new Set(uses.map(({ model }) => model))].join(", ");
  const found = await clients.sageMaker.send(new DescribeEndpointCommand({ EndpointName: name })).catch(missing);
  if (found === undefined) {
    const list = `aws sagemaker list-endpoints --region ${region} --query 'Endpoints[].EndpointName'`;
    report.problem(about, `does not exist in ${region}`, `${list} lists those that do; correct the endpoint of ${models}`);
    return;
  }
  const status = found.EndpointStatus ?? "of no known status";
  if (!/^(?:InService|Updating|SystemUpdating)$/.test(status)) {
    const why = found.FailureReason === undefined ? "" : `: ${found.FailureReason}`;
    report.problem(
      about,
      `is ${status}; expected InService${why}`,
      `aws sagemaker describe-endpoint --region ${region} --endpoint-name ${name}`,
    );
    return;
  }
  const wrong = [...new Set(uses.flatMap((use) => captureMistakes(name, use, found)))];
  const update = `aws sagemaker update-endpoint --region ${region} --endpoint-name ${name} --endpoint-config-name <one with a DataCaptureConfig that is on>`;
  for (const mistake of wrong) report.problem(about, mistake, update);
  if (wrong.length > 0) return;
  report.inOrder(about, uses.some(({ captures }) => captures !== undefined) ? `${status}, captures its requests` : status);
}

function captureMistakes(
  name: string,
  { model, captures }: NamedEndpoint,
  { DataCaptureConfig }: DescribeEndpointCommandOutput,
): string[] {
  if (captures === undefined) return [];
  const { EnableCapture, CaptureStatus, DestinationS3Uri, CurrentSamplingPercentage } = DataCaptureConfig ?? {};
  if (EnableCapture !== true || CaptureStatus === "Stopped")
    return [`its data capture is off, so the drift of ${model} is not seen`];
  if (CurrentSamplingPercentage === 0)
    return [`its data capture samples 0 % of the requests, so the drift of ${model} is not seen`];
  if (captures.location === undefined) return [];
  if (!DestinationS3Uri)
    return [`SageMaker tells no place that it captures to; monitoring.capture.location of ${model} reads ${captures.location}`];
  const { bucket, key } = capturePrefix(hourLocation(captures.location));
  const read = `s3://${bucket}/${key}`;
  const written = `${DestinationS3Uri.replace(/\/+$/, "")}/${name}/`;
  if (read.startsWith(written) || written.startsWith(read)) return [];
  return [`captures to ${written}<variant>/; monitoring.capture.location of ${model} reads ${read}: correct one of them`];
}

/** The schedules of Model Monitor that the configuration names. */
export const monitoringSchedules: Check<AwsAccount> = {
  asks: "Does each named Model Monitor schedule exist, and is it scheduled?",
  permissions: ["sagemaker:DescribeMonitoringSchedule"],
  async look({ clients, region, models }, report) {
    const names = models.flatMap(([, { monitoring }]) => monitoring.sagemaker?.schedules ?? []);
    await Promise.all(
      [...new Set(names)].map((name) => {
        const about = `monitoring schedule ${name}`;
        return report.look(about, "sagemaker:DescribeMonitoringSchedule", async () => {
          const command = new DescribeMonitoringScheduleCommand({ MonitoringScheduleName: name });
          const found = await clients.sageMaker.send(command).catch(missing);
          const status = found?.MonitoringScheduleStatus ?? "of no known status";
          const start = `aws sagemaker start-monitoring-schedule --region ${region} --monitoring-schedule-name ${name}`;
          if (found === undefined) report.problem(about, `does not exist in ${region}`, "correct monitoring.sagemaker.schedules");
          else if (status !== "Scheduled")
            report.problem(
              about,
              `is ${status}; expected Scheduled${found.FailureReason ? `: ${found.FailureReason}` : ""}`,
              start,
            );
          else report.inOrder(about, "is scheduled");
        });
      }),
    );
  },
};
