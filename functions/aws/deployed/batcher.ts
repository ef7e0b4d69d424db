import "../../node/zod-locale";
import { createBatcher } from "../handlers/batcher";
import { deployedPorts, deployedRejectedMessages } from "./ports";

export const handler = createBatcher({ ...deployedPorts(), rejected: deployedRejectedMessages() });
