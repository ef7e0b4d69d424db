import * as z from "zod/mini";
import { captureSettingsSchema } from "../capture/capture-settings";
import { vertexMonitoringSchema } from "./vertex-monitoring";

/** Whose reports are a model's: the part of its settings that tells where they come from. */
export const monitoringSettingsSchema = z.object({
  /** Reports of the model lie under `<prefix><model>/` of its data bucket. */
  prefix: z.string().check(z.minLength(1)),
  /** Monitoring schedules of SageMaker. */
  sagemaker: z.exactOptional(z.object({ schedules: z.array(z.string()) })),
  /** Alarms of CloudWatch on drift metrics, by name. */
  cloudwatch: z.exactOptional(z.object({ alarms: z.array(z.string()) })),
  /** The monitor on Vertex AI. */
  vertex: z.exactOptional(vertexMonitoringSchema),
  /** Our own monitor, on either cloud. */
  capture: z.exactOptional(captureSettingsSchema),
});

export type MonitoringSettings = z.infer<typeof monitoringSettingsSchema>;
