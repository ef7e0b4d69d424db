import "../../node/english";
import { cloudEvent } from "@google-cloud/functions-framework";
import { GoogleAuth } from "google-auth-library";
import { readEnvironment } from "../../core/environment";
import { googleRest } from "../adapters/google-rest";
import { vertexPipelineLauncher } from "../adapters/pipeline-launcher";
import { readTemplate } from "../adapters/pipeline-template";
import { vertexClients } from "../adapters/vertex-clients";
import { consoleReport } from "../console-report";
import { createLauncher } from "../launcher";
import { SCOPES } from "./scopes";

const { launches } = readEnvironment(process.env, ["launches"]);
const auth = new GoogleAuth({ scopes: SCOPES });
const rest = googleRest(auth);
const launcher = vertexPipelineLauncher(vertexClients({ auth }), (uri) => readTemplate(rest, uri), launches);

cloudEvent("launcher", createLauncher({ launcher, report: consoleReport }));
