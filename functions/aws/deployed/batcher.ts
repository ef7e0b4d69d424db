import "../../node/zod-locale";
import { createBatcher } from "../handlers/batcher";
import { deployedPorts } from "./ports";

export const handler = createBatcher(deployedPorts());
