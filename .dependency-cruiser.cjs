/** The arrows of the architecture: they point inward, to functions/core. */
module.exports = {
  forbidden: [
    {
      name: "core-is-pure",
      comment:
        "functions/core imports itself, zod and a distance of words: no SDK, no node:*, no clock, no environment, no randomness",
      severity: "error",
      from: { path: "^functions/core/" },
      to: { pathNot: ["^functions/core/", "^node_modules/(zod|fastest-levenshtein)/"] },
    },
    {
      name: "memory-imports-core",
      severity: "error",
      from: { path: "^functions/memory/" },
      to: { pathNot: ["^functions/(core|memory)/"] },
    },
    {
      name: "node-knows-no-cloud",
      comment: "functions/node is what the functions of both clouds need of Node.js: no SDK",
      severity: "error",
      from: { path: "^functions/node/" },
      to: {
        path: "^(functions/(?!core/|node/)|modules/|stacks/|local/|cli/|bench/|node_modules/(?!zod/|@datadog/sketches-js/|@types/))",
      },
    },
    {
      name: "aws-stays-on-aws",
      severity: "error",
      from: { path: "^functions/aws/" },
      to: {
        path: "^(functions/(?!core/|node/|aws/)|modules/|stacks/|local/|cli/|bench/|node_modules/(?!@aws-sdk/|@smithy/|@aws-lambda-powertools/metrics/|zod/|@types/))",
      },
    },
    {
      name: "gcp-stays-on-gcp",
      severity: "error",
      from: { path: "^functions/gcp/" },
      to: {
        path: "^(functions/(?!core/|node/|gcp/)|modules/|stacks/|local/|cli/|bench/|node_modules/(@aws-sdk|@smithy|@aws-lambda-powertools)/)",
      },
    },
    {
      name: "modules-know-only-core",
      comment: "handlers reach the modules by file path only",
      severity: "error",
      from: { path: "^modules/" },
      to: { path: "^(functions/(?!core/)|stacks/|local/|cli/|bench/)" },
    },
    {
      name: "clouds-apart-in-modules",
      severity: "error",
      from: { path: "^modules/(aws|gcp)/" },
      to: { path: "^modules/(aws|gcp)/", pathNot: "^modules/$1/" },
    },
    {
      name: "no-provider-barrel",
      comment: "the barrel of a provider costs 12 times the time and 10 times the memory",
      severity: "error",
      from: {},
      to: { path: "(^|/)node_modules/@cdktf/provider-[a-z]+/lib/index\\." },
    },
    { name: "nothing-imports-test", severity: "error", from: { pathNot: "^test/" }, to: { path: "^test/" } },
    { name: "no-cycles", severity: "error", from: {}, to: { circular: true } },
    { name: "not-unresolvable", severity: "error", from: {}, to: { couldNotResolve: true } },
    {
      name: "no-dev-dependency-in-production",
      severity: "error",
      from: { path: "^(main\\.ts|functions|modules|stacks)" },
      to: { dependencyTypes: ["npm-dev"], dependencyTypesNot: ["type-only"] },
    },
  ],
  options: {
    doNotFollow: { path: "node_modules" },
    tsConfig: { fileName: "tsconfig.json" },
    tsPreCompilationDeps: true,
    enhancedResolveOptions: { exportsFields: ["exports"], conditionNames: ["import", "require", "node", "default", "types"] },
  },
};
