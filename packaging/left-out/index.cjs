// cdktf-cli loads this in place of @cdktf/hcl2cdk, and calls it for `convert`, and for `init` from a Terraform project.
const leftOut = () => {
  throw new Error("converting HCL is left out here; install cdktf-cli in a folder of its own for it");
};
module.exports = {
  convert: leftOut,
  convertProject: leftOut,
  getTerraformConfigFromDir: leftOut,
  parseProviderRequirements: leftOut,
};
