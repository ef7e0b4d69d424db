import { ENVIRONMENT } from "../../core/environment";
import type { Log } from "../../core/log/log";
import type { MetricLine } from "./console-log";
import { consoleLog } from "./console-log";

/** The log of a deployed function. A missing name of the environment keeps no function from its work. */
export function deployedLog(): Log {
  return consoleLog({ loadMetrics, now: Date.now });
}

/** Without a promise, which could be pending when the function returns, and lose the line. */
function loadMetrics(): MetricLine {
  const { metricLine }: typeof import("./metrics.lazy.js") = require("./metrics.lazy.js");
  return metricLine(process.env[ENVIRONMENT.environment] || "unnamed");
}
