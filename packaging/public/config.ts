// What `retrigger/config` exports: docs/constructs.md. A name that stands here is a promise.
export type { DeploymentConfig, ModelConfig } from "../../config/config";
export { ConfigError } from "../../config/errors";
export { loadConfig, type ReadOptions } from "../../config/load-config";
