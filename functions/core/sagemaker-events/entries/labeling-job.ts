import * as z from "zod/mini";
import type { EventEntry } from "../event-entry";
import { statusText } from "../event-fields";

/** https://docs.aws.amazon.com/sagemaker/latest/dg/sms-monitor-cloud-watch.html */
const STATUSES = ["Completed", "Failed", "Stopped"] as const;

/** A labeling job of Ground Truth that ended. Detail is the status alone: only the envelope's resources name the job. */
export const labelingJob = {
  name: "labeling-job",
  detailType: "SageMaker Ground Truth Labeling Job State Change",
  detail: z.looseObject({ LabelingJobStatus: statusText(STATUSES) }),
  subject: { arnOf: "labeling-job" },
  status: { path: "LabelingJobStatus", values: STATUSES },
  filters: {},
  tellsApart: [],
  times: [],
} as const satisfies EventEntry;
