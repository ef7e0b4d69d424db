/**
 * The arrows of the architecture. They point inward, to functions/core, and downward: main.ts and cli at the top, then local,
 * stacks, modules, config, and last operations and eventbridge, which know nothing but core.
 */
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
        path: "^(functions/(?!core/|node/)|config/|eventbridge/|operations/|modules/|stacks/|local/|cli/|packaging/|bench/|node_modules/(?!zod/|@datadog/sketches-js/|@types/))",
      },
    },
    {
      name: "aws-stays-on-aws",
      severity: "error",
      from: { path: "^functions/aws/" },
      to: {
        path: "^(functions/(?!core/|node/|aws/)|config/|eventbridge/|operations/|modules/|stacks/|local/|cli/|bench/|node_modules/(?!@aws-sdk/|@smithy/|@aws-lambda-powertools/metrics/|zod/|@types/))",
      },
    },
    {
      name: "gcp-stays-on-gcp",
      severity: "error",
      from: { path: "^functions/gcp/" },
      to: {
        path: "^(functions/(?!core/|node/|gcp/)|config/|eventbridge/|operations/|modules/|stacks/|local/|cli/|bench/|node_modules/(@aws-sdk|@smithy|@aws-lambda-powertools)/)",
      },
    },
    {
      name: "handlers-know-no-adapter",
      comment: "a handler takes ports; only functions/<cloud>/deployed wires adapters to it",
      severity: "error",
      from: { path: "^functions/(aws|gcp)/(handlers|messages)/" },
      to: { path: "^functions/(aws|gcp)/(adapters|deployed)/" },
    },
    {
      name: "languages-know-only-core",
      comment: "eventbridge and operations are a language and data that no function runs",
      severity: "error",
      from: { path: "^(eventbridge|operations)/" },
      to: { path: "^(functions/(?!core/)|config/|modules/|stacks/|local/|cli/|packaging/|bench/)" },
    },
    {
      name: "config-writes-no-terraform",
      severity: "error",
      from: { path: "^config/" },
      to: {
        path: "^(functions/(?!core/|node/zod-locale)|modules/|stacks/|local/|cli/|bench/|node_modules/(cdktf|@cdktf|constructs)/)",
      },
    },
    {
      name: "modules-know-only-core",
      comment: "handlers reach the modules by file path only, and the configuration by props",
      severity: "error",
      from: { path: "^modules/" },
      to: { path: "^(functions/(?!core/)|config/|stacks/|local/|cli/|packaging/|bench/)" },
    },
    {
      name: "stacks-know-no-person",
      severity: "error",
      from: { path: "^stacks/" },
      to: { path: "^(functions/(?!core/)|local/|cli/|packaging/|bench/)" },
    },
    { name: "local-knows-no-command", severity: "error", from: { path: "^local/" }, to: { path: "^(cli|packaging|bench)/" } },
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
    {
      name: "nothing-imports-test",
      comment:
        "but for the benches that play the sequences, the streams, the golden sets, the rollouts and the policies of a test, more of them",
      severity: "error",
      from: { pathNot: "^(test/|bench/reference\\.ts$|bench/(drift|policies|promotion|rollout)/)" },
      to: { path: "^test/" },
    },
    { name: "no-cycles", severity: "error", from: {}, to: { circular: true } },
    { name: "not-unresolvable", severity: "error", from: {}, to: { couldNotResolve: true } },
    {
      name: "no-dev-dependency-in-production",
      severity: "error",
      from: { path: "^(main\\.ts|config|functions|modules|operations|eventbridge|stacks)" },
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
