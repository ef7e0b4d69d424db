import "../../node/english";
import { createSweeper } from "../sweeper";
import { deployedPorts } from "./ports";

export const handler = createSweeper(deployedPorts());
