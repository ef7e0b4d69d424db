import "./english";
import { createSweeper } from "../sweeper";
import { dataPorts } from "./data-ports";

export const handler = createSweeper(dataPorts());
