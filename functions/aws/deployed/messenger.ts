import "../../node/zod-locale";
import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { SecretsManagerClient } from "@aws-sdk/client-secrets-manager";
import { SSMClient } from "@aws-sdk/client-ssm";
import { readEnvironment } from "../../core/environment";
import { messagePlace } from "../../core/notices/message-place";
import { configuredChats } from "../../node/chats/configured-chats";
import { apiLimits } from "../adapters/call-limits";
import { dynamoToldStore } from "../adapters/dynamodb/versioned-store";
import { explainedClient } from "../adapters/explained-client";
import { secretValue } from "../adapters/secrets/secret-value";
import { createMessenger } from "../handlers/messenger";
import { deployedLog } from "./console-log";
import { deployedRejectedMessages } from "./ports";

const { state } = readEnvironment(process.env, ["state"]);

const readSecret = secretValue({
  secretsManager: new SecretsManagerClient(apiLimits()),
  systemsManager: new SSMClient(apiLimits()),
});

export const handler = createMessenger({
  chats: configuredChats(process.env, { readSecret, now: Date.now }),
  told: dynamoToldStore(explainedClient(new DynamoDBClient(apiLimits())), state),
  rejected: deployedRejectedMessages(),
  place: messagePlace(process.env),
  log: deployedLog(),
  now: Date.now,
});
