export { metricLine } from "../metric-line";
