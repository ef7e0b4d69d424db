export { metricLine } from "./console-log";
