import { CommandError } from "./command-error";

/** Where a deployed coordinator keeps its state and takes requests. */
export interface DeployedOptions {
  /** AWS: name of the state table; Google Cloud: `projects/<project>/databases/<database>`. Else RETRIGGER_STATE. */
  readonly state?: string | undefined;
  /** AWS: URL of the request queue; Google Cloud: `projects/<project>/topics/<topic>`. Else RETRIGGER_REQUESTS. */
  readonly queue?: string | undefined;
}

/** @throws CommandError that says where the name belongs, when there is none */
export function named(what: string, name: string | undefined, where: string): string {
  if (name) return name;
  throw new CommandError(`name the ${what} with ${where}; the outputs of cdktf deploy tell it`);
}
