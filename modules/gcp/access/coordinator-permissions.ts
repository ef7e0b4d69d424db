import { ENVIRONMENT } from "../../../functions/core/environment";
import type { ModelSettings } from "../../../functions/core/model-settings";
import type { DecisionTopic } from "../decision-topic";
import type { GcpDeployment } from "../deployment";
import type { FunctionBuilder } from "../functions/function-builder";
import type { StateStore } from "../state-store";
import type { Grant } from "./grants";
import type { ManifestAccess } from "./manifest-access";
import type { PipelineAccess } from "./pipeline-access";

/** What the functions that decide (coordinator and sweeper) work with. */
export interface Coordination {
  readonly deployment: GcpDeployment;
  readonly builder: FunctionBuilder;
  readonly state: StateStore;
  readonly decisions: DecisionTopic;
  readonly manifests: ManifestAccess;
  readonly pipelines: PipelineAccess;
  readonly models: readonly ModelSettings[];
}

/** What a function may do that decides about requests, starts the configured pipelines and settles their runs. */
export function coordinationGrants({ state, decisions, manifests, pipelines, models }: Coordination): Grant[] {
  // The manifests of merged requests become one for the run.
  return [state.readWrite(), ...manifests.grants(), ...decisions.grants(), ...pipelines.grants(models)];
}

/** The addresses that such a function needs. */
export function coordinationEnvironment({ state, decisions }: Coordination): Record<string, string> {
  return { [ENVIRONMENT.state]: state.database, ...decisions.environment() };
}
