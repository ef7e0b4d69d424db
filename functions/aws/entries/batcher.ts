import "../../node/english";
import { createBatcher } from "../batcher";
import { deployedPorts } from "./ports";

export const handler = createBatcher(deployedPorts());
