import { ArtifactRegistryRepositoryIamMember } from "@cdktf/provider-google/lib/artifact-registry-repository-iam-member";
import { ProjectIamMember } from "@cdktf/provider-google/lib/project-iam-member";
import type { ITerraformDependable } from "cdktf";
import { Construct } from "constructs";
import type { ModelSettings, VertexPipeline } from "../../../functions/core/model-settings";
import { objectUri } from "../../../functions/core/object-uri";
import { CONDITION_SPACES } from "../../../operations/condition-slots";
import { accountId, addAccount, type GcpDeployment, shortHash } from "../deployment";
import type { WatchedBuckets } from "../triggers/watched-bucket";
import { bucketGrant, equalRoles, type Grant, giveAll, objectGrants } from "./grants";

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
  readonly templates: TemplateAccess;
}

/** What `roles/storage.objectCreator` has of Cloud Storage. https://cloud.google.com/iam/docs/roles-permissions/storage */
const CREATOR_PERMISSIONS = [
  "storage.folders.create",
  "storage.managedFolders.create",
  "storage.multipartUploads.abort",
  "storage.multipartUploads.create",
  "storage.multipartUploads.listParts",
  "storage.objects.create",
];

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

  constructor(scope: Construct, id: string, { deployment, buckets, models, templates }: RunnerAccountProps) {
    super(scope, id);
    const { project } = deployment;
    const pipelines = models.flatMap(({ pipeline: { vertex } }) => (vertex === undefined ? [] : [vertex]));
    const creator = { deployment, role: "artifacts", title: "artifacts of pipelines", permissions: CREATOR_PERMISSIONS };
    const artifacts = {
      id: "artifacts",
      roles: equalRoles(new Construct(this, "artifacts"), CONDITION_SPACES.artifacts, creator),
      space: CONDITION_SPACES.artifacts,
      title: "Artifacts of pipelines",
    };
    const account = addAccount(this, "account", deployment, ROLE, "runs the pipelines");
    this.email = account.email;
    this.name = account.name;
    this.ready = [
      new ProjectIamMember(this, "vertex", { project, role: "roles/aiplatform.user", member: account.member }),
      ...giveAll(
        this,
        [
          ...models.flatMap(({ data }) => (data === undefined ? [] : [readAll(buckets, data.bucket)])),
          ...pipelines.map((pipeline) => readAll(buckets, outputLocation(pipeline).bucket)),
          ...objectGrants(buckets, artifacts, pipelines.map(outputLocation)),
          // Who reads it, the caller or this account, is not documented.
          ...templates.grants(pipelines),
        ],
        account.member,
      ),
    ];
  }
}

function readAll(buckets: WatchedBuckets, bucket: string): Grant {
  return bucketGrant(buckets, bucket, "roles/storage.objectViewer");
}

function outputLocation({ outputDirectory }: VertexPipeline): { bucket: string; object: { prefix: string } } {
  const { bucket, key } = objectUri(outputDirectory);
  return { bucket, object: { prefix: key === "" ? "" : `${key.replace(/\/+$/, "")}/` } };
}

export interface TemplateAccessProps {
  readonly deployment: GcpDeployment;
  readonly buckets: WatchedBuckets;
}

/** Lets accounts read templates of pipelines: objects of Cloud Storage, each alone, or the packages of repositories. */
export class TemplateAccess extends Construct {
  private readonly buckets: WatchedBuckets;
  private readonly roles: readonly string[];

  constructor(scope: Construct, id: string, { deployment, buckets }: TemplateAccessProps) {
    super(scope, id);
    this.buckets = buckets;
    const permissions = ["storage.objects.get"];
    const role = { deployment, role: "templates", title: "templates of pipelines", permissions };
    this.roles = equalRoles(this, CONDITION_SPACES.templates, role);
  }

  /** Of these pipelines. */
  grants(pipelines: readonly Pick<VertexPipeline, "template">[]): Grant[] {
    const templates = pipelines.map(({ template }) => pipelineTemplate(template));
    const access = { id: "templates", roles: this.roles, space: CONDITION_SPACES.templates, title: "Templates of pipelines" };
    const objects = templates.flatMap((template) => (template.kind === "object" ? [template] : []));
    const packages = templates.flatMap((template) => (template.kind === "package" ? [repositoryGrant(template)] : []));
    return [...objectGrants(this.buckets, access, objects), ...packages];
  }
}

function repositoryGrant({ kind: _kind, ...repository }: Extract<PipelineTemplate, { kind: "package" }>): Grant {
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
