import "../../node/zod-locale";
import { setTimeout } from "node:timers/promises";
import { cloudEvent } from "@google-cloud/functions-framework";
import { createBatcher } from "../handlers/batcher";
import { deployedPorts } from "./ports";

/** What the first of some concurrent invocations waits for the others: less than a write takes. */
const GATHER_MS = 20;

cloudEvent(
  "batcher",
  createBatcher(deployedPorts(), () => setTimeout(GATHER_MS)),
);
