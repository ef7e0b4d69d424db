import { AssetType, TerraformAsset } from "cdktf";
import { Construct } from "constructs";
import { bundleFunction } from "./bundle-function";

export interface FunctionBundleProps {
  /** Folder of the project. */
  readonly projectDir: string;
  /** TypeScript file, relative to the project, that exports `handler` for Lambda or registers itself with functions-framework. */
  readonly entry: string;
}

/** Set to true in the context of an app, it keeps functions from being bundled: for those who only look at what the app makes. */
export const WITHOUT_BUNDLES = "retrigger:without-bundles";

/** The deployable zip of a function, beside the Terraform that refers to it. */
export class FunctionBundle extends Construct {
  /** Name of the exported function, as Lambda wants it. */
  readonly handler = "index.handler";
  /** The zip, relative to the stack's Terraform. */
  readonly path: string;
  /** Base64 SHA-256 of the zip. */
  readonly sha256: string;

  constructor(scope: Construct, id: string, { projectDir, entry }: FunctionBundleProps) {
    super(scope, id);
    if (this.node.tryGetContext(WITHOUT_BUNDLES) === true) {
      this.path = "not-bundled.zip";
      this.sha256 = "";
      return;
    }
    const { zipPath, sha256 } = bundleFunction(projectDir, entry);
    const asset = new TerraformAsset(this, "Resource", {
      path: zipPath,
      type: AssetType.FILE,
      assetHash: Buffer.from(sha256, "base64").toString("hex"),
    });
    this.path = asset.path;
    this.sha256 = sha256;
  }
}
