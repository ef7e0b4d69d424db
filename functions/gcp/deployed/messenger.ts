import "../../node/zod-locale";
import { cloudEvent } from "@google-cloud/functions-framework";
import { messagePlace } from "../../core/notices/message-place";
import { configuredChats } from "../../node/chats/configured-chats";
import { firestoreToldStore } from "../adapters/firestore/versioned-store";
import { secretValue } from "../adapters/secrets/secret-value";
import { createMessenger } from "../handlers/messenger";
import { sharedPorts } from "./shared-ports";

const { firestore, rest, ports } = sharedPorts();
const { log, now } = ports;

cloudEvent(
  "messenger",
  createMessenger({
    chats: configuredChats(process.env, { readSecret: secretValue(rest), now }),
    told: firestoreToldStore(firestore),
    place: messagePlace(process.env),
    log,
    now,
  }),
);
