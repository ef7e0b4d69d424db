import "../../node/zod-locale";
import { createCoordinator } from "../handlers/coordinator";
import { deployedPorts, deployedRejectedMessages } from "./ports";

export const handler = createCoordinator({ ...deployedPorts(), rejected: deployedRejectedMessages() });
