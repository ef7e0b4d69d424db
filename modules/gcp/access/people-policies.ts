// What people may do: they call Google Cloud under identities of their own, which no resource of the deployment gives them.
import { type GcpDeployment, physicalName } from "../deployment";

/** Permissions on resources: what a custom role holds, and where it is granted. */
export interface PeopleGrant {
  readonly permissions: readonly string[];
  /** `projects/<project>`, or `projects/<project>/<kind>/<name>`. */
  readonly resources: readonly string[];
}

export interface PeopleGrantsProps {
  readonly deployment: Pick<GcpDeployment, "environment" | "project">;
}

/** What a person needs who answers: to publish to the request topic, and nothing else. */
export function approverGrants({ deployment }: PeopleGrantsProps): PeopleGrant[] {
  const topic = `projects/${deployment.project}/topics/${physicalName(deployment, "requests", 255)}`;
  return [{ permissions: ["pubsub.topics.publish"], resources: [topic] }];
}

export interface OperatorGrantsProps extends PeopleGrantsProps {
  /** Names of the topics that dead letters are published again to. */
  readonly queues: readonly string[];
  /** Names of the subscriptions of dead letters. */
  readonly deadLetterQueues: readonly string[];
}

/**
 * What a person needs who operates a deployment by `npx retrigger`: what an approver does, to read the state, to redrive dead
 * letters, and to look at logs, alerts and dashboards. It writes no state, so it cannot erase a person.
 */
export function operatorGrants({ deployment, queues, deadLetterQueues }: OperatorGrantsProps): PeopleGrant[] {
  const project = `projects/${deployment.project}`;
  const [send] = approverGrants({ deployment });
  const topics = new Set([...(send?.resources ?? []), ...queues.map((name) => `${project}/topics/${name}`)]);
  const grants = [
    { permissions: ["pubsub.topics.publish"], resources: [...topics] },
    {
      permissions: ["pubsub.subscriptions.consume"],
      resources: deadLetterQueues.map((name) => `${project}/subscriptions/${name}`),
    },
    // Firestore, logs and metrics cannot be narrowed by a name that begins like the deployment's.
    { permissions: PROJECT_PERMISSIONS, resources: [project] },
  ];
  return grants.filter(({ resources }) => resources.length > 0);
}

/** https://cloud.google.com/iam/docs/permissions-reference */
const PROJECT_PERMISSIONS: readonly string[] = [
  "datastore.databases.get",
  "datastore.entities.get",
  "datastore.entities.list",
  "logging.logEntries.list",
  "monitoring.alertPolicies.get",
  "monitoring.alertPolicies.list",
  "monitoring.dashboards.get",
  "monitoring.dashboards.list",
  "monitoring.metricDescriptors.list",
  "monitoring.timeSeries.list",
  "pubsub.subscriptions.list",
  "resourcemanager.projects.get",
];
