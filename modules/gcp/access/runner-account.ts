import { ArtifactRegistryRepositoryIamMember } from "@cdktf/provider-google/lib/artifact-registry-repository-iam-member";
import { ProjectIamMember } from "@cdktf/provider-google/lib/project-iam-member";
import type { ITerraformDependable } from "cdktf";
import { Construct } from "constructs";
import type { ModelSettings, VertexPipeline } from "../../../functions/core/model-settings";
import { accountId, addAccount, type GcpDeployment, shortHash } from "../deployment";
import type { WatchedBuckets } from "../triggers/watched-bucket";
import { bucketGrant, bucketResource, type Grant, giveAll } from "./grants";

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

/** Lets an account read the template of a pipeline: one object, or the packages of one repository. */
export function templateGrant(buckets: WatchedBuckets, uri: string): Grant {
  const template = pipelineTemplate(uri);
  if (template.kind === "object") {
    const { bucket, object } = template;
    const expression = `resource.name == "${bucketResource(bucket)}/objects/${object}"`;
    return bucketGrant(buckets, bucket, "roles/storage.objectViewer", { title: "Template of a pipeline", expression });
  }
  const { kind: _kind, ...repository } = template;
  return {
    id: `repository-${shortHash(JSON.stringify(repository))}`,
    give: (scope, id, member) =>
      new ArtifactRegistryRepositoryIamMember(scope, id, { ...repository, role: "roles/artifactregistry.reader", member }),
  };
}

/** Where a pipeline's template is kept. */
export type PipelineTemplate =
  | { readonly kind: "object"; readonly bucket: string; readonly object: string }
  | { readonly kind: "package"; readonly location: string; readonly project: string; readonly repository: string };

const OBJECT = /^gs:\/\/([^/]+)\/(.+)$/;
const PACKAGE = /^https:\/\/([a-z0-9-]+)-kfp\.pkg\.dev\/([^/]+)\/([^/]+)\/[^/]+\/[^/]+$/;

/**
 * Where the template of a pipeline is kept.
 * @throws Error when it is neither an object of Cloud Storage nor a package of Artifact Registry
 */
export function pipelineTemplate(uri: string): PipelineTemplate {
  const [, bucket, object] = OBJECT.exec(uri) ?? [];
  if (bucket !== undefined && object !== undefined) return { kind: "object", bucket, object };
  const [, location, project, repository] = PACKAGE.exec(uri) ?? [];
  if (location !== undefined && project !== undefined && repository !== undefined) {
    return { kind: "package", location, project, repository };
  }
  throw new Error(`got the template ${uri}; expected gs://<bucket>/<object>, or a package at https://<region>-kfp.pkg.dev`);
}
