import { Annotations, CloudBackend, GcsBackend, LocalBackend, NamedCloudWorkspace, S3Backend, type TerraformStack } from "cdktf";
import { stateName, workspaceReminder } from "../config/backend";
import type { DeploymentConfig } from "../config/config";

/** Says which versions of Terraform a stack may be used with. */
export function requireTerraform(stack: TerraformStack, { requiredVersion }: DeploymentConfig["terraform"]): void {
  if (requiredVersion !== undefined) stack.addOverride("terraform.required_version", requiredVersion);
}

/** Says where a stack keeps its state. Always explicit: CDKTF's default writes an absolute path into the Terraform. */
export function configureBackend(stack: TerraformStack, config: DeploymentConfig): void {
  const { backend } = config;
  const name = stateName(backend, config, stack.node.id);
  const reminder = workspaceReminder(backend);
  if (reminder !== undefined) Annotations.of(stack).addWarning(reminder);
  switch (backend.type) {
    case "local":
      new LocalBackend(stack, { path: name });
      return;
    case "cloud": {
      const { node } = new CloudBackend(stack, {
        organization: backend.organization,
        workspaces: new NamedCloudWorkspace(name),
        ...(backend.hostname === undefined ? {} : { hostname: backend.hostname }),
      });
      // All that cdktf validates here is that the Terraform in the path is 1.1 or newer; a synthesis needs none.
      node.validate = () => [];
      return;
    }
    case "s3":
      new S3Backend(stack, { bucket: backend.bucket, region: backend.region, key: name, encrypt: true });
      // cdktf 0.21 has no property for the lock file.
      stack.addOverride("terraform.backend.s3.use_lockfile", true);
      return;
    case "gcs":
      new GcsBackend(stack, { bucket: backend.bucket, prefix: name });
      return;
  }
}
