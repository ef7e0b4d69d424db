import "./english";
import { createBatcher } from "../batcher";
import { dataPorts } from "./data-ports";

export const handler = createBatcher(dataPorts());
