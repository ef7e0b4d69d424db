import { ENVIRONMENT } from "../functions/core/environment";
import { RUNBOOKS } from "../functions/core/notices/message-place";

/** What the messages of a deployment name beside its own address. */
export interface MessagePages {
  /** Folder or address of the runbooks. @default - those of the repository */
  readonly runbooks?: string | undefined;
  /** Address of the console. @default - none */
  readonly console?: string | undefined;
}

/** The variables by which functions know the pages that messages name; none for what is as usual. */
export function messageVariables({ runbooks = RUNBOOKS, console }: MessagePages): Record<string, string> {
  return {
    ...(runbooks !== RUNBOOKS && { [ENVIRONMENT.runbooks]: runbooks }),
    ...(console !== undefined && { [ENVIRONMENT.console]: console }),
  };
}
