import { basename, dirname, join } from "node:path";

/** One file of a bundle: its code, and what it was made of. */
export interface BundledSource {
  readonly code: string;
  /** The project's own sources in it, relative to the project. */
  readonly inputs: readonly string[];
  /** Sources that it imports when it needs them, by the names that it imports them by. */
  readonly lazy: ReadonlyMap<string, string>;
  /** Packages' sources that load Vertex AI's protocol from a file of its own. */
  readonly protocolReaders: readonly string[];
}

/** What `import("./x.lazy.js")` names becomes a file of its own in the zip, which is not parsed before it is needed. */
const LAZY = ".lazy.js";

/** How the clients of Vertex AI name their protocol; it is left out of the code, and trimmed. */
const PROTOCOL = "../../protos/protos.json";

/** The protocol's file in the zip. */
export const PROTOCOL_FILE = "protos.json";

/** Lambda's credentials come from the environment, so every other source of them stays out: a fifth of the code. */
const UNUSED_CREDENTIALS = [
  "@aws-sdk/credential-provider-http",
  "@aws-sdk/credential-provider-ini",
  "@aws-sdk/credential-provider-login",
  "@aws-sdk/credential-provider-process",
  "@aws-sdk/credential-provider-sso",
  "@aws-sdk/credential-provider-web-identity",
  "@aws-sdk/nested-clients",
  "@aws-sdk/token-providers",
  "@smithy/credential-provider-imds",
];

/** Of this one the server that calls the function has its own copy, and a function that registers with another is not found. */
export const FUNCTIONS_FRAMEWORK = "@google-cloud/functions-framework";

export const BUNDLE_OPTIONS = {
  bundle: true,
  external: [`*${LAZY}`, "*/protos/protos.json", FUNCTIONS_FRAMEWORK, ...UNUSED_CREDENTIALS],
  platform: "node",
  format: "cjs",
  target: "node24",
  // The packages' ES modules, where unused parts can be dropped: less than half of what `main` gives.
  mainFields: ["module", "main"],
  minify: true,
  legalComments: "none",
  sourcemap: false,
  charset: "utf8",
  metafile: true,
  write: false,
  logLevel: "silent",
  // Nothing of the surroundings may change the output.
  tsconfigRaw: {},
} as const;

/**
 * Bundles a source, a path within `projectDir`, with all that it imports.
 * @throws Error when esbuild cannot
 */
export function bundleSource(projectDir: string, source: string): BundledSource {
  const { buildSync }: typeof import("esbuild") = require("esbuild");
  const { outputFiles, metafile } = buildSync({
    ...BUNDLE_OPTIONS,
    external: [...BUNDLE_OPTIONS.external],
    mainFields: [...BUNDLE_OPTIONS.mainFields],
    absWorkingDir: projectDir,
    entryPoints: [source],
  });
  const imports = Object.entries(metafile.inputs).flatMap(([from, input]) => input.imports.map(({ path }) => ({ from, path })));
  const lazy = imports
    .filter(({ from, path }) => path.endsWith(LAZY) && !isOfPackage(from))
    .map(({ from, path }) => [basename(path), join(dirname(from), path.replace(/\.js$/, ".ts"))] as const);
  return {
    // esbuild plugins, which could replace the file itself, cannot run synchronously, as a synthesis does.
    code: (outputFiles[0]?.text ?? "").replaceAll(`require("${PROTOCOL}")`, `require("./${PROTOCOL_FILE}")`),
    // Packages are pinned by the lock file, which is part of the cache's key.
    inputs: Object.keys(metafile.inputs).filter((input) => !isOfPackage(input)),
    lazy: new Map(lazy),
    protocolReaders: imports.filter(({ path }) => path === PROTOCOL).map(({ from }) => from),
  };
}

function isOfPackage(input: string): boolean {
  return input.includes("node_modules/");
}
