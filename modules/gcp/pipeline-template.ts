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
