import { readEnvironment } from "../../core/environment";
import type { RejectedMessages } from "../../core/rejected-message";
import { lazyPort } from "../../node/lazy-port";
import type { GoogleRest } from "../adapters/google-rest";
import { pubSubRejectedMessages } from "../adapters/messaging/queues";
import type { PubSubMessage } from "../messages/pubsub-event";

const PUBSUB = "https://pubsub.googleapis.com";

/** The dead letters of the function's own topic; apart from `sharedPorts`, as the launcher has no state and loads no Firestore. */
export function deployedRejectedMessages(rest: GoogleRest): RejectedMessages<PubSubMessage> {
  return lazyPort(async () => pubSubRejectedMessages(rest, readEnvironment(process.env, ["deadLetters"]).deadLetters, PUBSUB));
}
