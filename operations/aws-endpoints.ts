// The services of AWS that functions call, as the endpoints that a VPC without a way to the internet needs.

/** What a deployment on AWS has beside its coordinator. */
interface CallingParts {
  /** Whether rollouts move traffic. */
  readonly hasRollouts: boolean;
  /** ARNs of the secrets that hold webhooks. */
  readonly webhookSecrets: readonly string[];
}

/** An endpoint of a VPC. */
export interface AwsEndpoint {
  /** What its name ends with: `com.amazonaws.<region>.<service>`. */
  readonly service: string;
  readonly kind: "gateway" | "interface";
  /** The package of `@aws-sdk` whose calls take it. */
  readonly client: string;
  /** Whether functions of such a deployment call the service. */
  readonly isNeeded: (parts: CallingParts) => boolean;
}

const always = () => true;
const forRollouts = ({ hasRollouts }: CallingParts) => hasRollouts;
const forSecretsOf =
  (service: string) =>
  ({ webhookSecrets }: CallingParts) =>
    webhookSecrets.some((arn) => arn.split(":")[2] === service);

/**
 * Of each service that a function has a client of; docs/network.md says what each is for.
 * https://docs.aws.amazon.com/vpc/latest/privatelink/aws-services-privatelink-support.html
 */
export const AWS_ENDPOINTS: readonly AwsEndpoint[] = [
  { service: "dynamodb", kind: "gateway", client: "client-dynamodb", isNeeded: always },
  { service: "s3", kind: "gateway", client: "client-s3", isNeeded: always },
  { service: "sqs", kind: "interface", client: "client-sqs", isNeeded: always },
  { service: "sns", kind: "interface", client: "client-sns", isNeeded: always },
  { service: "sagemaker.api", kind: "interface", client: "client-sagemaker", isNeeded: always },
  { service: "monitoring", kind: "interface", client: "client-cloudwatch", isNeeded: forRollouts },
  {
    service: "application-autoscaling",
    kind: "interface",
    client: "client-application-auto-scaling",
    isNeeded: forRollouts,
  },
  { service: "secretsmanager", kind: "interface", client: "client-secrets-manager", isNeeded: forSecretsOf("secretsmanager") },
  { service: "ssm", kind: "interface", client: "client-ssm", isNeeded: forSecretsOf("ssm") },
];
