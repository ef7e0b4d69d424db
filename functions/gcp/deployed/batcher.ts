import "../../node/zod-locale";
import { setTimeout } from "node:timers/promises";
import { cloudEvent } from "@google-cloud/functions-framework";
import { createBatcher } from "../handlers/batcher";
import { deployedRejectedMessages } from "./dead-letters";
import { deployedPorts } from "./ports";
import { sharedPorts } from "./shared-ports";

/** What the first of some concurrent invocations waits for the others: less than a write takes. */
const GATHER_MS = 20;

const shared = sharedPorts();

cloudEvent(
  "batcher",
  createBatcher({ ...deployedPorts(shared), rejected: deployedRejectedMessages(shared.rest) }, () => setTimeout(GATHER_MS)),
);
