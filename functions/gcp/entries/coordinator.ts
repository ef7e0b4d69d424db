import "../../node/english";
import { cloudEvent } from "@google-cloud/functions-framework";
import { createCoordinator } from "../coordinator";
import { deployedPorts } from "./ports";

cloudEvent("coordinator", createCoordinator(deployedPorts()));
