import "../../node/english";
import { createCoordinator } from "../coordinator";
import { deployedPorts } from "./ports";

export const handler = createCoordinator(deployedPorts());
