import "../../node/zod-locale";
import { cloudEvent } from "@google-cloud/functions-framework";
import { createCoordinator } from "../handlers/coordinator";
import { deployedRejectedMessages } from "./dead-letters";
import { deployedPorts } from "./ports";
import { sharedPorts } from "./shared-ports";

const shared = sharedPorts();

cloudEvent("coordinator", createCoordinator({ ...deployedPorts(shared), rejected: deployedRejectedMessages(shared.rest) }));
