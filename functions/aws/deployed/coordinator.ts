import "../../node/zod-locale";
import { createCoordinator } from "../handlers/coordinator";
import { deployedPorts } from "./ports";

export const handler = createCoordinator(deployedPorts());
