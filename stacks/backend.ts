import { CloudBackend, GcsBackend, LocalBackend, NamedCloudWorkspace, S3Backend, type TerraformStack } from "cdktf";
import type { BackendConfig } from "../config/config";

/** Says where a stack keeps its state. Always explicit: CDKTF's default writes an absolute path into the Terraform. */
export function configureBackend(stack: TerraformStack, environment: string, backend: BackendConfig): void {
  const stackId = stack.node.id;
  switch (backend.type) {
    case "local":
      // From cdktf.out/stacks/<stack>, where Terraform runs, to the folder of cdktf.json: cdktf.out may be deleted at any time.
      new LocalBackend(stack, { path: `../../../terraform.${environment}.${stackId}.tfstate` });
      return;
    case "cloud":
      new CloudBackend(stack, {
        organization: backend.organization,
        workspaces: new NamedCloudWorkspace(`${backend.workspace}-${stackId}`),
        ...(backend.hostname === undefined ? {} : { hostname: backend.hostname }),
      });
      return;
    case "s3":
      new S3Backend(stack, {
        bucket: backend.bucket,
        region: backend.region,
        key: `${backend.keyPrefix}${environment}/${stackId}.tfstate`,
        encrypt: true,
      });
      // cdktf 0.21 has no property for the lock file.
      stack.addOverride("terraform.backend.s3.use_lockfile", true);
      return;
    case "gcs":
      new GcsBackend(stack, { bucket: backend.bucket, prefix: `${backend.prefix}${environment}/${stackId}` });
      return;
  }
}
