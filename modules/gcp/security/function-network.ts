import { Cloudfunctions2Function } from "@cdktf/provider-google/lib/cloudfunctions2-function";
import type { IAspect } from "cdktf";
import type { IConstruct } from "constructs";

export interface FunctionNetworkProps {
  /** `projects/<project>/locations/<region>/connectors/<connector>`. @default - the functions reach no VPC */
  readonly connector?: string;
  /** What goes through the connector: all traffic, or that to private addresses. @default "all" */
  readonly egress?: "all" | "private-ranges";
  /** `projects/<project>/locations/<region>/workerPools/<pool>`. @default - Cloud Build's own pool */
  readonly workerPool?: string | undefined;
}

const EGRESS = { all: "ALL_TRAFFIC", "private-ranges": "PRIVATE_RANGES_ONLY" } as const;

/** Sends what every function sends through a VPC's connector, and builds every function in a private pool. */
export class FunctionNetwork implements IAspect {
  constructor(private readonly props: FunctionNetworkProps) {}

  visit(construct: IConstruct): void {
    if (!(construct instanceof Cloudfunctions2Function)) return;
    const { connector, egress = "all", workerPool } = this.props;
    if (connector !== undefined) {
      construct.serviceConfig.vpcConnector = connector;
      construct.serviceConfig.vpcConnectorEgressSettings = EGRESS[egress];
    }
    if (workerPool !== undefined) construct.buildConfig.workerPool = workerPool;
  }
}
