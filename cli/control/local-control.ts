import { join } from "node:path";
import { requestTraining } from "../../functions/core/coordination/handle-coordinator-message";
import { handleAnswer } from "../../functions/core/coordination/intervene";
import { identityOf, withRequester } from "../../functions/core/coordination/person-answer";
import { sweepCoordination, type WatchingPorts } from "../../functions/core/coordination/sweep-coordination";
import { messageOf } from "../../functions/core/log/log";
import type { ModelSettings } from "../../functions/core/model-settings";
import { promotedModel } from "../../functions/core/promotion/change-promotion";
import { promotionAnswers } from "../../functions/core/promotion/take-candidate";
import { memoryDeployment } from "../../functions/memory/versioned-store";
import { LOCAL_CLOUDS } from "../../local/clouds/local-clouds";
import { fileManifestStore } from "../../local/files/file-manifest-store";
import { fileCoordinatorStore, fileDecisionLog, fileDriftLog, fileRuns } from "../../local/files/file-stores";
import { hasCode } from "../../local/files/json-files";
import { RECORD_FOLDER, readCandidates, readState } from "../../local/files/replay-record";
import { timeOfRun } from "../../local/rollout/rollout-world";
import { CommandError } from "../command-error";
import { localDeadLetters } from "../redrive/local-dead-letters";
import { type Control, coordinatorControl } from "./control";
import { localPromotionPorts, promoteAfterRun } from "./local-promotion";

/** What a person does comes after what the run did. */
const A_SECOND_MS = 1_000;

/**
 * `Control` of the local run that `npm start` left in `folder`. Its time goes on from where the run came to rest, and every
 * command that changes something also does what the sweeper would have done by then.
 * @throws CommandError when there is no such run
 */
export async function localControl(folder: string, wallClock: () => number): Promise<Control> {
  const record = join(folder, RECORD_FOLDER);
  const { cloud, seed, restedAt, writtenAt, models } = await readState(record).catch((error: unknown) => {
    if (!hasCode(error, "ENOENT")) throw new CommandError(error instanceof Error ? error.message : String(error), { cause: error });
    throw new CommandError(
      `no local run in ${record}; --stack aws or --stack gcp asks the deployed one, and npm start in the repository of Retrigger leaves a local one`,
      { cause: error },
    );
  });
  // A run that was interrupted went on after it noted where it rests.
  const newest = (await readCandidates(record)).reduce((latest, { at }) => Math.max(latest, at + A_SECOND_MS), 0);
  const reached = Math.max(newest, timeOfRun(record) ?? 0);
  const now = () => Math.max(reached, restedAt + Math.max(0, wallClock() - writtenAt));
  const [states, decisions] = [fileCoordinatorStore(record), fileDecisionLog(record, now)];
  const troubles: string[] = [];
  const log: WatchingPorts["log"] = ({ level, ...entry }) => {
    if (level === "error") troubles.push(JSON.stringify(entry));
  };
  const promotion = localPromotionPorts(record, { states, decisions, log, now });

  const ports: WatchingPorts = {
    states,
    decisions,
    candidateAnswers: promotionAnswers(promotion),
    ...fileRuns(record, models, seed, now),
    deployment: memoryDeployment,
    manifests: fileManifestStore(record, LOCAL_CLOUDS[cloud].manifests),
    notifier: { notify: async () => {} },
    log,
    now,
  };

  async function sweep(settings: ModelSettings): Promise<void> {
    await sweepCoordination(ports, settings);
    const model = promotedModel(settings);
    if (model !== undefined) await promoteAfterRun(promotion, model).catch((error: unknown) => troubles.push(messageOf(error)));
    if (troubles.length > 0) throw new CommandError(`saved, but not every follow-up could be done: ${troubles.join("; ")}`);
  }

  const settingsOf = (name: string) => models.find(({ model }) => model === name);

  return coordinatorControl({
    states,
    decisions,
    now,
    drifts: fileDriftLog(record),
    promotions: promotion.promotions,
    candidates: promotion.candidates,
    settings: { list: async () => models },
    async trigger(request) {
      const settings = settingsOf(request.model);
      if (settings !== undefined) await sweep(settings);
      return await requestTraining(ports, settings, withRequester(request, undefined));
    },
    async send(answer) {
      const settings = settingsOf(answer.model);
      await handleAnswer(ports, settings, { ...answer, by: identityOf(answer.by, "declared") });
      if (settings !== undefined) await sweep(settings);
    },
    erase: async () => {
      throw new CommandError(`a local run is forgotten whole: remove ${record}`);
    },
    wait: async () => {},
    isNotAllowed: () => false,
    isAttested: false,
    deadLetters: () => localDeadLetters(record, wallClock),
    close: () => {},
  });
}
