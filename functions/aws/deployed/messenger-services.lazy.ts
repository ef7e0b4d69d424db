import { SecretsManagerClient } from "@aws-sdk/client-secrets-manager";
import { SQSClient } from "@aws-sdk/client-sqs";
import { SSMClient } from "@aws-sdk/client-ssm";
import { readEnvironment } from "../../core/environment";
import { apiLimits } from "../adapters/call-limits";
import { explainedClient } from "../adapters/explained-client";
import { sqsRejectedMessages } from "../adapters/messaging/queues";
import { secretValue } from "../adapters/secrets/secret-value";

export const readSecret = secretValue({
  secretsManager: new SecretsManagerClient(apiLimits()),
  systemsManager: new SSMClient(apiLimits()),
});

export function rejectedMessages() {
  return sqsRejectedMessages(
    explainedClient(new SQSClient(apiLimits())),
    readEnvironment(process.env, ["deadLetters"]).deadLetters,
  );
}
