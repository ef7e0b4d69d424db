import { randomUUID } from "node:crypto";
import type { DocumentSnapshot, Firestore, Timestamp } from "@google-cloud/firestore";
import * as z from "zod/mini";
import type { CoordinatorStore } from "../../../core/coordination/ports";
import type { DeploymentStore } from "../../../core/deployment-id";
import type { DriftState } from "../../../core/drift/drift-state";
import { type ToldStore, tellingExpiry } from "../../../core/notices/chats/telling";
import { ordinalSchema } from "../../../core/numbers";
import type { PromotionStore } from "../../../core/promotion/ports";
import type { HeartbeatStore } from "../../../core/schedules/heartbeats";
import { COLLECTIONS, checkShape, EXPIRY_FIELD, SHAPE, SHAPE_FIELD } from "../../../core/state-layout";
import type { RecordCodec, Versioned, VersionedStore } from "../../../core/versioned-store";
import { decodeDriftState, encodeDriftState } from "../../../node/drift-codecs";
import { requestIdHash } from "../../../node/hashes";
import { decodePromotion, encodePromotion } from "../../../node/promotion-codecs";
import {
  decodeDeployment,
  decodeHeartbeats,
  decodeState,
  decodeTelling,
  encodeDeployment,
  encodeHeartbeats,
  encodeState,
  encodeTelling,
} from "../../../node/record-codecs";
import { documentId, getDocuments, writeOver } from "./documents";
import { refusalOf, retryContention, retryOvertaken } from "./firestore-contention";

const documentSchema = z.object({
  [SHAPE_FIELD]: z.optional(z.unknown()),
  version: ordinalSchema,
  state: z.instanceof(Uint8Array),
  savedAs: z.string(),
});

/** Version 0 and no update time where there is no document. */
interface SavedVersion {
  readonly version: number;
  readonly updateTime?: Timestamp | undefined;
  readonly savedAs?: string;
}

/** What a store keeps, and where. */
interface FirestoreRecords<T> {
  readonly collection: string;
  /** One record in words, for errors. */
  readonly what: string;
  readonly codec: RecordCodec<T>;
  /** From when a record may be removed, epoch milliseconds. @default - it is kept */
  readonly expiry?: (state: T) => number;
  /** The id of a record's document. @default documentId, for names whose own length is bounded */
  readonly idOf?: (name: string) => string;
}

/** Versions that an instance remembers: the models of a deployment, or what people were told lately. */
const MAX_KNOWN = 10_000;

/**
 * `VersionedStore` in Firestore: `<collection>/<model>`, with `version`, `state` (the codec's bytes) and `savedAs`, a name of its
 * own for each save. Firestore's conditions know a document's update time but not its fields, so a save names the update time at
 * which this instance saw the version; one that it did not see costs a read. By `savedAs` a save whose response was lost is known
 * again when its repetition is refused by what it wrote itself.
 */
function firestoreVersionedStore<T>(
  firestore: Firestore,
  { collection, what, codec, expiry, idOf = documentId }: FirestoreRecords<T>,
): VersionedStore<T> {
  /** Versions as this instance last read or wrote them: a guess that every save verifies. */
  const known = new Map<string, SavedVersion>();

  const documentOf = (model: string) => firestore.collection(collection).doc(idOf(model));

  function remember(model: string, seen: SavedVersion): void {
    if (known.size >= MAX_KNOWN) known.clear();
    known.set(model, seen);
  }

  async function look(model: string): Promise<SavedVersion> {
    const document = documentOf(model);
    const [snapshot] = await retryContention(firestore, `reading the version of ${model}`, () =>
      firestore.getAll(document, { fieldMask: ["version", "savedAs"] }),
    );
    if (!snapshot?.exists) return { version: 0 };
    const { version, savedAs } = decoded(what, snapshot, (fields) => z.omit(documentSchema, { state: true }).parse(fields));
    return { version, savedAs, updateTime: snapshot.updateTime };
  }

  function loadedFrom(model: string, snapshot: DocumentSnapshot): Versioned<T> | undefined {
    if (!snapshot.exists) return undefined;
    const loaded = decoded(what, snapshot, (fields): Versioned<T> => {
      const { version, state, [SHAPE_FIELD]: shape } = documentSchema.parse(fields);
      checkShape(shape);
      return { version, state: codec.decode(state) };
    });
    remember(model, { version: loaded.version, updateTime: snapshot.updateTime });
    return loaded;
  }

  return {
    async load(model) {
      return loadedFrom(model, await retryContention(firestore, `reading ${what} of ${model}`, () => documentOf(model).get()));
    },

    async loadAll(models) {
      const snapshots = await getDocuments(firestore, models.map(documentOf));
      return await Promise.allSettled(snapshots.map(async (snapshot, index) => loadedFrom(models[index] ?? "", snapshot)));
    },

    async save(model, state, version) {
      const savedAs = randomUUID();
      const expires = expiry && { [EXPIRY_FIELD]: new Date(expiry(state)) };
      const fields = { version: version + 1, state: codec.encode(model, state), savedAs, ...expires, [SHAPE_FIELD]: SHAPE };
      return retryOvertaken(`saving ${what} of ${model}`, async (overtaken) => {
        const last = known.get(model);
        const stored = last?.version === version ? last : await look(model);
        if (stored.version !== version) return stored.savedAs === savedAs;
        known.delete(model);
        try {
          const updateTime = await writeOver(documentOf(model), fields, stored.updateTime);
          remember(model, { version: version + 1, updateTime });
          return true;
        } catch (error) {
          if (refusalOf(error) === undefined) throw error;
          return overtaken();
        }
      });
    },
  };
}

function decoded<T>(what: string, snapshot: DocumentSnapshot, decode: (fields: unknown) => T): T {
  try {
    return decode(snapshot.data());
  } catch (error) {
    const remedy = "restore it from a backup of the database, or deploy the version of Retrigger that wrote it";
    throw new Error(`the document ${snapshot.ref.path} is not ${what}; ${remedy}`, { cause: error });
  }
}

/** `CoordinatorStore` in Firestore, in the collection `coordinators`. */
export function firestoreCoordinatorStore(firestore: Firestore): CoordinatorStore {
  const codec = { encode: encodeState, decode: decodeState };
  return firestoreVersionedStore(firestore, { collection: COLLECTIONS.coordinators, what: "a coordinator's state", codec });
}

/** The models' drift histories in Firestore, in the collection `driftHistories`. */
export function firestoreDriftHistoryStore(firestore: Firestore): VersionedStore<DriftState> {
  const codec = { encode: encodeDriftState, decode: decodeDriftState };
  return firestoreVersionedStore(firestore, { collection: COLLECTIONS.driftHistories, what: "a drift history", codec });
}

/** `PromotionStore` in Firestore, in the collection `promotions`. */
export function firestorePromotionStore(firestore: Firestore): PromotionStore {
  const codec = { encode: encodePromotion, decode: decodePromotion };
  return firestoreVersionedStore(firestore, { collection: COLLECTIONS.promotions, what: "a promotion's state", codec });
}

/** `HeartbeatStore` in Firestore, in the collection `heartbeats`. */
export function firestoreHeartbeatStore(firestore: Firestore): HeartbeatStore {
  const codec = { encode: encodeHeartbeats, decode: decodeHeartbeats };
  return firestoreVersionedStore(firestore, { collection: COLLECTIONS.heartbeats, what: "a record of watched schedules", codec });
}

/** `DeploymentStore` in Firestore, in the collection `deployment`. */
export function firestoreDeploymentStore(firestore: Firestore): DeploymentStore {
  const codec = { encode: encodeDeployment, decode: decodeDeployment };
  return firestoreVersionedStore(firestore, { collection: COLLECTIONS.deployment, what: "a deployment's record", codec });
}

/** `ToldStore` in Firestore, in the collection `tellings`; a document expires. Its id is a hash, as that of a message is long. */
export function firestoreToldStore(firestore: Firestore): ToldStore {
  const codec = { encode: encodeTelling, decode: decodeTelling };
  const what = "a record of a telling";
  const { tellings: collection } = COLLECTIONS;
  return firestoreVersionedStore(firestore, { collection, what, codec, expiry: tellingExpiry, idOf: requestIdHash });
}
