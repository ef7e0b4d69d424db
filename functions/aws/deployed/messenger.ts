import "../../node/zod-locale";
import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { readEnvironment } from "../../core/environment";
import { messagePlace } from "../../core/notices/message-place";
import { configuredChats } from "../../node/chats/configured-chats";
import { lazyPort } from "../../node/lazy-port";
import { apiLimits } from "../adapters/call-limits";
import { dynamoToldStore } from "../adapters/dynamodb/versioned-store";
import { explainedClient } from "../adapters/explained-client";
import { createMessenger } from "../handlers/messenger";
import { deployedLog } from "./console-log";

const { state } = readEnvironment(process.env, ["state"]);
const services = () => import("./messenger-services.lazy.js");

export const handler = createMessenger({
  chats: configuredChats(process.env, { readSecret: async (arn) => (await services()).readSecret(arn), now: Date.now }),
  told: dynamoToldStore(explainedClient(new DynamoDBClient(apiLimits())), state),
  rejected: lazyPort(async () => (await services()).rejectedMessages()),
  place: messagePlace(process.env),
  log: deployedLog(),
  now: Date.now,
});
