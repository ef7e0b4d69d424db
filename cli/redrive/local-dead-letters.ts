import { join } from "node:path";
import type { ModelSettings } from "../../functions/core/model-settings";
import type { CloudName } from "../../local/clouds/local-cloud";
import { LOCAL_CLOUDS } from "../../local/clouds/local-clouds";
import { mendLines } from "../../local/files/json-files";
import {
  type DeadLetterRecord,
  mendRecord,
  REDRIVE_FILES,
  type ReplayQueue,
  readDeadLetters,
  readDecisions,
  readLanded,
  readRequests,
  readRuns,
  readState,
  type StateRecord,
  writeDeadLetters,
  writeState,
} from "../../local/files/replay-record";
import { isAtRest, statesOf } from "../../local/replay/replay";
import { totalsOf } from "../../local/summary/balance";
import { formatBalance } from "../../local/summary/format-summary";
import type { QueuedMessage } from "../../local/world/simulated-queue";
import { CommandError } from "../command-error";
import type { DeadLetter, DeadLetters, Diagnosis } from "./dead-letters";
import { type LocalFunctions, localFunctions } from "./local-functions";
import { examinePubSubMessage } from "./pubsub-letter";
import { examineSqsMessage } from "./sqs-letter";

const MINUTE_MS = 60_000;

/** As often as the virtual clock is written down while the sweeper ticks: every so many ticks. */
const TICKS_OF_A_NOTE = 60;

/** No policy of the local run waits this long. */
const LONGEST_REST_MS = 14 * 24 * 60 * MINUTE_MS;

/** Roles of the deployed queues that those of a replay stand for. */
const ROLES: Readonly<Record<ReplayQueue, string>> = { landings: "data", requests: "requests", drift: "drift" };

/**
 * `DeadLetters` of the local run that `npm start` left in `folder`: they are handed to the functions themselves, over files, and
 * the sweeper then ticks on the virtual clock until everything is at rest. A crash anywhere is repaired by the next redrive.
 * @throws CommandError when the run left none
 */
export async function localDeadLetters(folder: string, wallClock: () => number): Promise<DeadLetters> {
  const { cloud, restedAt, writtenAt, models, seed } = await readState(folder);
  const edition = LOCAL_CLOUDS[cloud];
  let clock = restedAt + Math.max(0, wallClock() - writtenAt);
  let isChanged = false;
  let functions: LocalFunctions | undefined;

  const letters = async () =>
    await readDeadLetters(folder).catch((cause: unknown) => {
      throw new CommandError(`the local run in ${folder} tells of no dead letters; npm start -- --scenario outage leaves some`, {
        cause,
      });
    });

  async function open(): Promise<LocalFunctions> {
    if (functions === undefined) {
      await mendRecord(folder);
      await mendLines(join(folder, REDRIVE_FILES.requests));
      functions = await localFunctions({ folder, edition, models, seed, now: () => clock });
    }
    return functions;
  }

  async function note(): Promise<void> {
    const state: StateRecord = await readState(folder);
    await writeState(folder, { ...state, restedAt: clock, writtenAt: wallClock() });
  }

  async function remove({ queue, id }: DeadLetter): Promise<void> {
    await writeDeadLetters(
      folder,
      (await letters()).filter((one) => one.queue !== queue || one.message.id !== id),
    );
  }

  return {
    async queues() {
      const counts = new Map<string, number>();
      for (const { queue } of await letters()) counts.set(queue, (counts.get(queue) ?? 0) + 1);
      return [...counts].map(([name, letters]) => ({ name, letters }));
    },

    async *receive({ name }) {
      for (const record of await letters()) if (record.queue === name) yield letterOf(record, cloud, models, clock);
    },

    async resend(letter) {
      const found = (await letters()).find(({ queue, message }) => queue === letter.queue && message.id === letter.id);
      if (found === undefined) throw new CommandError(`${letter.id} is no longer in ${letter.queue}`);
      isChanged = true;
      await (await open()).deliver(found.queue, found.message);
      await remove(letter);
    },

    discard: remove,
    release: async () => {},

    async settle() {
      const { ports, sweep } = await open();
      const limit = clock + LONGEST_REST_MS;
      for (let ticks = 1; !(await isAtRest(models, ports)) || isChanged; ticks++) {
        isChanged = false;
        if (clock > limit) throw new CommandError("the local run does not come to rest: a batch stays open, or a run does not end");
        await sweep();
        if (ticks % TICKS_OF_A_NOTE === 0) await note();
        clock += MINUTE_MS;
      }
      await note();
      const deadLetters = await letters();
      const [landed, requests] = [await readLanded(folder), await readRequests(folder)];
      const [decisions, runs] = [await readDecisions(folder), await readRuns(folder)];
      const states = await statesOf(models, ports);
      const totals = await totalsOf(edition, models, { landed, requests, deadLetters, decisions, runs, states }, folder);
      const data = {
        deadLetters: deadLetters.length,
        isBalanced: totals.isBalanced,
        balance: totals.balance,
        requests: totals.requests,
      };
      const title = `Balance: ${totals.isBalanced ? "holds" : "DOES NOT HOLD"}; in dead letters ${deadLetters.length}`;
      return { data, text: `${title}\n${formatBalance(totals)}` };
    },

    close: () => {},
  };
}

/** How a message of each cloud's edition is read. */
const EXAMINERS: Readonly<
  Record<CloudName, (role: string, message: QueuedMessage, models: readonly ModelSettings[], now: number) => Diagnosis>
> = {
  aws: (role, message, models, now) => examineSqsMessage(role, message, models, now, message.refusal),
  gcp: (role, { id, body, sentAt, refusal }, models, now) => {
    const message = { ...JSON.parse(body), messageId: id, publishTime: new Date(sentAt).toISOString() };
    return examinePubSubMessage(role, message, models, now, refusal);
  },
};

function letterOf(
  { queue, message }: DeadLetterRecord,
  cloud: CloudName,
  models: readonly ModelSettings[],
  now: number,
): DeadLetter {
  const { id, body, sentAt, receives } = message;
  return { id, queue, body, sentAt, receives, target: queue, ...EXAMINERS[cloud](ROLES[queue], message, models, now) };
}
