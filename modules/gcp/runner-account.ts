import { ProjectIamMember } from "@cdktf/provider-google/lib/project-iam-member";
import type { ITerraformDependable } from "cdktf";
import { Construct } from "constructs";
import type { ModelSettings, VertexPipeline } from "../../functions/core/model-settings";
import { addAccount } from "./account";
import { bucketGrant, bucketResource } from "./bucket-grant";
import { accountId, type GcpDeployment } from "./deployment";
import { type Grant, giveAll } from "./grant";
import { templateGrant } from "./template-grant";
import type { WatchedBuckets } from "./watched-buckets";

const ROLE = "runner";

/** E-mail of the account that pipelines run as whose model names none. */
export function runnerEmail(deployment: Pick<GcpDeployment, "environment" | "project">): string {
  return `${accountId(deployment, ROLE)}@${deployment.project}.iam.gserviceaccount.com`;
}

/** A model whose pipeline runs; without data where nothing is handed to it. */
type RunOwner = Pick<ModelSettings, "pipeline"> & Partial<Pick<ModelSettings, "data">>;

export interface RunnerAccountProps {
  readonly deployment: GcpDeployment;
  readonly buckets: WatchedBuckets;
  /** The models whose pipelines run as this account. */
  readonly models: readonly RunOwner[];
}

/**
 * The account that pipelines run as, with what Vertex AI asks of one and what Retrigger hands them: the data, the manifests, the
 * place of their artifacts. What the steps of a pipeline need beside that, its owner grants.
 * https://cloud.google.com/vertex-ai/docs/pipelines/configure-project#service-account
 */
export class RunnerAccount extends Construct {
  readonly email: string;
  /** `projects/<project>/serviceAccounts/<email>`. */
  readonly name: string;
  /** What must exist before a pipeline runs as it. */
  readonly ready: readonly ITerraformDependable[];

  constructor(scope: Construct, id: string, { deployment, buckets, models }: RunnerAccountProps) {
    super(scope, id);
    const { project } = deployment;
    const account = addAccount(this, "account", deployment, ROLE, "runs the pipelines");
    this.email = account.email;
    this.name = account.name;
    this.ready = [
      new ProjectIamMember(this, "vertex", { project, role: "roles/aiplatform.user", member: account.member }),
      ...giveAll(
        this,
        models.flatMap((settings) => runGrants(buckets, settings)),
        account.member,
      ),
    ];
  }
}

function runGrants(buckets: WatchedBuckets, { data, pipeline: { vertex } }: RunOwner): Grant[] {
  if (vertex === undefined) return [];
  const { bucket, prefix } = outputLocation(vertex);
  const expression = `resource.name.startsWith("${bucketResource(bucket)}/objects/${prefix}")`;
  return [
    ...(data === undefined ? [] : [bucketGrant(buckets, data.bucket, "roles/storage.objectViewer")]),
    bucketGrant(buckets, bucket, "roles/storage.objectViewer"),
    bucketGrant(buckets, bucket, "roles/storage.objectCreator", { title: "Artifacts of pipelines", expression }),
    // Who reads it, the caller or this account, is not documented.
    templateGrant(buckets, vertex.template),
  ];
}

function outputLocation({ outputDirectory }: VertexPipeline): { bucket: string; prefix: string } {
  const [, bucket = "", folder = ""] = /^gs:\/\/([^/]+)\/?(.*)$/.exec(outputDirectory) ?? [];
  return { bucket, prefix: folder === "" ? "" : `${folder.replace(/\/+$/, "")}/` };
}
