import { S3Client } from "@aws-sdk/client-s3";
import { SageMakerClient } from "@aws-sdk/client-sagemaker";
import { apiLimits, objectLimits } from "../adapters/call-limits";
import { s3CaptureStore } from "../adapters/s3/capture-store";
import { s3MonitorFiles } from "../adapters/s3/monitor-files";
import { sageMakerEndpointReader } from "../adapters/sagemaker/monitor-reader";

/** A connection that brings nothing for so long is given up; the function would wait for it until its own time is over. */
const STALLED_MS = 60_000;

const s3 = new S3Client(objectLimits({ silenceMs: STALLED_MS }));

export const captures = s3CaptureStore(s3);

export const files = s3MonitorFiles(s3);

export const endpoints = sageMakerEndpointReader(new SageMakerClient(apiLimits()));
