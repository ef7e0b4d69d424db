import type { HistoryLine } from "../../functions/core/replay/history-line";
import type { SimulatedPolicy } from "../../functions/core/replay/simulated-policy";
import { HistorySurvey } from "../../functions/core/replay/simulation/history-survey";
import {
  type HistoryOptions,
  HistorySimulation,
  type SimulatedHistory,
} from "../../functions/core/replay/simulation/simulate-history";
import { CommandError } from "../command-error";
import { refuseSteps } from "../history/refuse-steps";
import { durationText } from "../printout";
import { trainCommand } from "./train-command";

/** How histories are replayed: data alone, so that a worker can be told. */
export interface ShardOptions extends Omit<HistoryOptions, "policies" | "train" | "isConfigured"> {
  /** Over which errors are aggregated, milliseconds. */
  readonly stepMs: number;
  /** Of the models that are configured, by name; `otherwise` of all others. */
  readonly policies: ReadonlyMap<string, readonly SimulatedPolicy[]>;
  readonly otherwise: readonly SimulatedPolicy[];
  /** A command that trains, and tells errors. @default - none does */
  readonly train?: string;
}

/** The histories of some models, each read twice: first for what it is, then to replay it. */
export class SimulationShard {
  readonly #surveys = new Map<string, HistorySurvey>();
  #simulations = new Map<string, HistorySimulation>();

  constructor(private readonly options: ShardOptions) {}

  /** Takes lines of the first reading. */
  survey(lines: readonly HistoryLine[]): void {
    for (const line of lines) {
      const known = this.#surveys.get(line.model) ?? new HistorySurvey(line.model, this.options.stepMs);
      this.#surveys.set(line.model, known);
      known.feed(line);
    }
  }

  /** Takes lines of the second reading, the same as before. */
  replay(lines: readonly HistoryLine[]): void {
    if (this.#simulations.size === 0) this.#simulations = new Map([...this.#surveys].flatMap((entry) => this.#begun(entry)));
    for (const line of lines) this.#simulations.get(line.model)?.feed(line);
  }

  /** What came of each model, which is forgotten then. */
  *finish(): Generator<SimulatedHistory> {
    for (const [model, simulation] of this.#simulations) {
      this.#simulations.delete(model);
      yield simulation.finish();
    }
  }

  #begun([model, survey]: [string, HistorySurvey]): [string, HistorySimulation][] {
    refuseSteps(model, survey, this.options.stepMs);
    const surveyed = survey.finish();
    if (surveyed === undefined) return [];
    const { policies, otherwise, train, ...options } = this.options;
    const given = { ...options, policies: policies.get(model) ?? otherwise, isConfigured: policies.has(model) };
    refuseOtherSteps(model, given);
    const trained = train !== undefined && { train: trainCommand(train, surveyed) };
    return [[model, new HistorySimulation(surveyed, { ...given, ...trained })]];
  }
}

/** A price in steps of one length says nothing of steps of another. */
function refuseOtherSteps(
  model: string,
  { policies, stepMs }: Pick<HistoryOptions, "policies"> & Pick<ShardOptions, "stepMs">,
): void {
  const mistakes = policies.flatMap(({ name, settings }) => {
    const own = settings.policy.adaptive?.stepMs ?? stepMs;
    return own === stepMs ? [] : [`the policy ${name} of ${model} has adaptive.step ${durationText(own)}`];
  });
  if (mistakes.length === 0) return;
  throw new CommandError(
    `${mistakes.join("; ")}, but the simulation takes errors over ${durationText(stepMs)}; give the same as --step, or change adaptive.step`,
  );
}
