import "../../node/zod-locale";
import { cloudEvent } from "@google-cloud/functions-framework";
import { createCoordinator } from "../handlers/coordinator";
import { deployedPorts } from "./ports";

cloudEvent("coordinator", createCoordinator(deployedPorts()));
