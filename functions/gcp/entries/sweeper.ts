import "../../node/english";
import { cloudEvent } from "@google-cloud/functions-framework";
import { createSweeper } from "../sweeper";
import { deployedPorts } from "./ports";

cloudEvent("sweeper", createSweeper(deployedPorts()));
