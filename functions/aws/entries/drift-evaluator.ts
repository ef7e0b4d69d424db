import "../../node/english";
import { createDriftEvaluator } from "../drift-evaluator";
import { deployedDriftPorts } from "./drift-ports";

export const handler = createDriftEvaluator(deployedDriftPorts());
