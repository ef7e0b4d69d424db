import "../../node/zod-locale";
import { cloudEvent } from "@google-cloud/functions-framework";
import { GoogleAuth } from "google-auth-library";
import { readEnvironment } from "../../core/environment";
import { googleRest, SCOPES } from "../adapters/google-rest";
import { vertexPipelineLauncher } from "../adapters/vertex/pipeline-launcher";
import { readTemplate } from "../adapters/vertex/pipeline-template";
import { vertexClients } from "../adapters/vertex/vertex-clients";
import { createLauncher } from "../handlers/launcher";
import { consoleLog } from "./console-log";
import { deployedRejectedMessages } from "./dead-letters";

const { launches } = readEnvironment(process.env, ["launches"]);
const auth = new GoogleAuth({ scopes: SCOPES });
const rest = googleRest(auth);
const launcher = vertexPipelineLauncher(vertexClients({ auth }), (uri) => readTemplate(rest, uri), launches);

cloudEvent("launcher", createLauncher({ launcher, rejected: deployedRejectedMessages(rest), log: consoleLog, now: Date.now }));
