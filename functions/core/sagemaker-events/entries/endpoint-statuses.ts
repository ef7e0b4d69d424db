/**
 * How events spell the status of an endpoint. The reference shows IN_SERVICE and UPDATING; the others are those of the API in that
 * spelling: https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_DescribeEndpoint.html
 */
export const ENDPOINT_STATUSES = [
  "CREATING",
  "UPDATING",
  "SYSTEM_UPDATING",
  "ROLLING_BACK",
  "IN_SERVICE",
  "OUT_OF_SERVICE",
  "DELETING",
  "FAILED",
  "UPDATE_ROLLBACK_FAILED",
] as const;
