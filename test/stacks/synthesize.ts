import { dirname, join } from "node:path";
import { Testing } from "cdktf";
import { loadConfig } from "../../config/load-config";
import { AwsStack } from "../../stacks/aws-stack";
import { GcpStack } from "../../stacks/gcp-stack";
import { stubProject, temporaryFolder } from "../modules/temporary-project";
import { Template } from "./template";

const templates = new Map<string, Template>();

/**
 * The stack on AWS of a configuration's file, synthesised once a test file; its functions do nothing.
 * @param environment of the file's. @default - the one that it is of
 */
export function awsTemplate(file: string, environment?: string): Template {
  const synthesise = () => {
    const props = { config: loadConfig(file, { environment }), configDir: dirname(file), projectDir: stubProject() };
    return new Template(new AwsStack(Testing.app(), "aws-stack", props));
  };
  return remembered(`aws ${file} ${environment}`, synthesise);
}

/**
 * The stack on Google Cloud of a configuration's file, synthesised once a test file; its functions do nothing.
 * @param environment of the file's. @default - the one that it is of
 */
export function gcpTemplate(file: string, environment?: string): Template {
  const synthesise = () => {
    const props = { config: loadConfig(file, { environment }), projectDir: stubProject() };
    return new Template(new GcpStack(Testing.app(), "gcp-stack", props));
  };
  return remembered(`gcp ${file} ${environment}`, synthesise);
}

/** File of a configuration of this text, beside these files; the same for the same. */
export function configFile(text: string, files: Readonly<Record<string, string>> = {}): string {
  const contents = { ...files, "retrigger.yaml": text };
  const key = JSON.stringify(contents);
  const folder = folders.get(key) ?? temporaryFolder(contents);
  folders.set(key, folder);
  return join(folder, "retrigger.yaml");
}

const folders = new Map<string, string>();

function remembered(key: string, synthesise: () => Template): Template {
  const template = templates.get(key) ?? synthesise();
  templates.set(key, template);
  return template;
}
